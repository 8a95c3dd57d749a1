#!/usr/bin/env bash
# Prints quotes as server-sent events. Usage: quotes.sh [SYMBOL …]
set -euo pipefail

server=${TICKROOM_URL:-http://127.0.0.1:8002}
symbols=$(printf '"%s",' "${@:-AAPL}")

curl --no-buffer --silent --show-error --fail-with-body --get "$server/graphql" \
  --header 'accept: text/event-stream' \
  ${TICKROOM_TOKEN:+--header "authorization: Bearer $TICKROOM_TOKEN"} \
  --data-urlencode 'query=subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) { symbol price } }' \
  --data-urlencode "variables={\"symbols\":[${symbols%,}]}"
