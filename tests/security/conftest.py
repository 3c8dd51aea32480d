"""What tests of the edge share: the programs of the API's tests."""

from tests.api.conftest import app as app
from tests.api.conftest import applications as applications
from tests.api.conftest import laid as laid
from tests.api.conftest import portal as portal
from tests.api.conftest import sqlite_file as sqlite_file
