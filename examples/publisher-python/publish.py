"""Publishes made-up trades of one symbol, twice a second. Python 3.9 or later, without further packages."""

import json
import os
import random
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from decimal import Decimal

SERVER = os.environ.get("TICKROOM_URL", "http://127.0.0.1:8002")
TOKEN = os.environ.get("TICKROOM_TOKEN", "")
SYMBOL = sys.argv[1] if len(sys.argv) > 1 else "ETH/USDT"

PUBLISH = """mutation ($input: [TradeInput!]!) {
  publishTrades(input: $input) { accepted duplicates rejected { index code message } }
}"""
INTERVAL_SECONDS = 0.5
MAX_WAIT_SECONDS = 10.0
# what may succeed when the same request is sent again
TEMPORARY = {"SERVICE_UNAVAILABLE", "RATE_LIMIT_EXCEEDED"}


class Temporary(Exception):
    """The same request may succeed later."""

    def __init__(self, message, after_seconds=None):
        super().__init__(message)
        self.after_seconds = after_seconds


def attempt(trades):
    """Sends one request and returns the receipt.

    Raises Temporary when the same request should be sent again, RuntimeError when the server refuses it.
    """
    request = urllib.request.Request(
        f"{SERVER}/graphql",
        data=json.dumps({"query": PUBLISH, "variables": {"input": trades}}).encode(),
        headers={"content-type": "application/json", "authorization": f"Bearer {TOKEN}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        # refusals have a status of their own, and the same body as other answers
        answer = json.load(error)
    except (OSError, ValueError) as error:
        raise Temporary(str(error)) from error
    for error in answer.get("errors", []):
        extensions = error.get("extensions", {})
        if extensions.get("code") in TEMPORARY:
            after_ms = extensions.get("retryAfterMs")
            raise Temporary(error["message"], after_ms and after_ms / 1000)
        raise RuntimeError(error["message"])
    return answer["data"]["publishTrades"]


def publish(trades):
    """Publishes trades, and repeats the request until it is answered.

    The server counts a trade of one sourceSequence once, so a repeated request whose answer was lost does no harm.
    """
    wait = 0.25
    while True:
        try:
            return attempt(trades)
        except Temporary as reason:
            print(f"{reason}. Sending the same trades again.", file=sys.stderr, flush=True)
            time.sleep(reason.after_seconds or wait * random.uniform(0.5, 1))
            wait = min(wait * 2, MAX_WAIT_SECONDS)


def main():
    # a real feed passes on its exchange's sequence; this one must not repeat itself when the program starts again
    sequence = int(time.time() * 1000)
    price = Decimal("3100.00")
    while True:
        price += Decimal(random.randint(-100, 100)) / 100
        sequence += 1
        receipt = publish(
            [
                {
                    "symbol": SYMBOL,
                    # Decimal is exact, and becomes a string: a JSON number would lose digits
                    "price": str(price),
                    "size": "0.5",
                    "exchangeTime": datetime.now(timezone.utc).isoformat(),
                    "sourceSequence": str(sequence),
                }
            ]
        )
        for report in receipt["rejected"]:
            print(f"rejected: {report['code']} {report['message']}", file=sys.stderr, flush=True)
        print(
            f"{SYMBOL} #{sequence}: {receipt['accepted']} accepted, {receipt['duplicates']} duplicates",
            flush=True,
        )
        time.sleep(INTERVAL_SECONDS)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except RuntimeError as error:
        sys.exit(str(error))
