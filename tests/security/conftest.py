"""What tests of the edge share: the programs of the API's tests."""

from tests.api.conftest import app as app
from tests.api.conftest import portal as portal
