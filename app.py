"""`python app.py`: the same as `ownwords serve`, for hosts that run a Gradio app as it is."""

import os
import sys

from ownwords.errors import OwnwordsError
from ownwords.settings import load
from ownwords.web import serve

if __name__ == "__main__":
    try:
        serve(load(), host=os.environ.get("GRADIO_SERVER_NAME"))
    except OwnwordsError as error:
        sys.exit(str(error))
