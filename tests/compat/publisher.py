"""A publisher of the old order-book server: posts books one after the other, each over a connection of its own.

With httpx where it is installed, as the old programs do, else with what Python brings along. Prints each answer.
Usage: publisher.py URL SYMBOL COUNT
"""

import datetime
import json
import sys
import time

try:
    import httpx
except ImportError:
    httpx = None
    import base64
    import urllib.error
    import urllib.parse
    import urllib.request


def post(url, symbol, book):
    address = f"{url}/broadcast/orderbook"
    if httpx:
        with httpx.Client() as client:
            return client.post(address, params={"symbol": symbol}, json=book).json()
    parts = urllib.parse.urlsplit(address)
    netloc = parts.netloc.rpartition("@")[2]
    query = urllib.parse.urlencode({"symbol": symbol})
    request = urllib.request.Request(
        urllib.parse.urlunsplit((parts.scheme, netloc, parts.path, query, "")),
        data=json.dumps(book).encode(),
        headers={"content-type": "application/json"},
    )
    if parts.username:
        # what httpx makes of a user name in an address
        user = f"{parts.username}:{parts.password or ''}".encode()
        request.add_header("authorization", "Basic " + base64.b64encode(user).decode())
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        return json.load(error)


def main():
    url, symbol, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for number in range(1, count + 1):
        book = {
            "bids": [[150.1, 100 * number], [150.05, 200]],
            "asks": [[150.2, 50], [150.25, 75]],
            "timestamp": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        }
        try:
            print(json.dumps(post(url, symbol, book)), flush=True)
        except OSError as error:
            print(json.dumps({"failed": str(error)}), flush=True)
        time.sleep(0.05)


main()
