"""The application for a WSGI server: `gunicorn wsgi:app`, `waitress-serve wsgi:app`."""

from kinerja_flow import create_app

app = create_app()
