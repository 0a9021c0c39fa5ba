"""Serves MiniStack over TLS on one port of loopback, and ends with the process that started it.

Its own command would take every address of the machine unless told, and port 443 besides.
"""

import asyncio
import os
import signal
import sys
import threading

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app
from ministack.services import eventbridge


def end_with_parent():
    # Standard input ends when the parent does, however it does; the functions' processes are in the same group.
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


def put_partner_events(data):
    """MiniStack 1.5.33 answers PutPartnerEvents and drops the events; here they get to the bus of their source."""
    entries = [{**entry, "EventBusName": entry["Source"]} for entry in data.get("Entries", [])]
    return eventbridge._put_events({**data, "Entries": entries}, allow_aws_source=True)


eventbridge._put_partner_events = put_partner_events

config = Config()
config.bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}"]
config.certfile = os.environ["MINISTACK_SSL_CERT"]
config.keyfile = os.environ["MINISTACK_SSL_KEY"]
config.keep_alive_timeout = 75
threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(serve(app, config))
