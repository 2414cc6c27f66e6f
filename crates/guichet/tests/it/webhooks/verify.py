"""Verifies one webhook, given on standard input, with the PyPI package `standardwebhooks`: exits
with 0 when it is good and with 3 when it is not."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

question = json.load(sys.stdin)
try:
    Webhook(question["secret"]).verify(question["body"], question["headers"])
except WebhookVerificationError:
    sys.exit(3)
