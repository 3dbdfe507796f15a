#!/usr/bin/env bash
# Asks a running gateway by curl: health, the models, a whole reply, a stream, embeddings, and a refusal.
#
#   SLUICE_KEY=<the printed key> Examples/curl.sh
#
# SLUICE_URL names another address, SLUICE_MODEL another model than the built-in mock.
set -euo pipefail

key=${SLUICE_KEY:?set SLUICE_KEY to a key of the gateway}
url=${SLUICE_URL:-http://127.0.0.1:8080}
model=${SLUICE_MODEL:-mock}

ask() {
    echo
    echo "== $1"
    shift
    curl --silent --show-error --header "Authorization: Bearer $key" --header 'Content-Type: application/json' "$@"
    echo
}

ask "health (needs no key)" "$url/health"
ask "models" "$url/v1/models"
ask "a whole reply" "$url/v1/chat/completions" \
    --data "{\"model\":\"$model\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}"
ask "a stream" --no-buffer "$url/v1/chat/completions" \
    --data "{\"model\":\"$model\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}"
ask "a response" "$url/v1/responses" --data "{\"model\":\"$model\",\"input\":\"Hello!\"}"
ask "the same of Anthropic's API, whoever serves the model" "$url/v1/messages" \
    --data "{\"model\":\"$model\",\"max_tokens\":256,\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}"
ask "and of Google's" "$url/v1beta/models/$model:generateContent" \
    --data '{"contents":[{"role":"user","parts":[{"text":"Hello!"}]}]}'
ask "a model that nothing serves: 404, with its request id" --include "$url/v1/chat/completions" \
    --data '{"model":"no-such-model","messages":[]}'
