"""``uvicorn services.recognition.main:app``: the recognition service over HTTP."""

import gc

from services.recognition.app import recognition_app
from services.recognition.settings import RecognitionSettings
from shared.service.telemetry import start_telemetry

settings = RecognitionSettings()
start_telemetry(settings)
app = recognition_app(settings)
gc.freeze()  # what is loaded now stays: a full collection over it would hold a request up for 0.1 s
