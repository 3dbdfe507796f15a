#!/usr/bin/env python3
"""Talks to Sluice with Anthropic's SDK: a whole reply, a stream, a token count, and an error.

    pip install anthropic
    SLUICE_KEY=<the printed key> python3 Examples/python-anthropic.py

SLUICE_URL names another address, SLUICE_MODEL another model than the built-in mock: one of any vendor.
"""

import os

import anthropic

client = anthropic.Anthropic(
    base_url=os.environ.get("SLUICE_URL", "http://127.0.0.1:8080"),
    api_key=os.environ["SLUICE_KEY"],
)
model = os.environ.get("SLUICE_MODEL", "mock")
question = [{"role": "user", "content": "Hello!"}]

reply = client.messages.with_raw_response.create(model=model, max_tokens=1024, messages=question)
message = reply.parse()
print("whole: ", "".join(block.text for block in message.content if block.type == "text"))
print("tokens:", message.usage.input_tokens, "in,", message.usage.output_tokens, "out")
print("lost:  ", reply.headers.get("x-sluice-warnings", "nothing"))
print("id:    ", reply.headers["x-request-id"], "(the same as in the gateway's log)")

print("stream: ", end="")
with client.messages.stream(model=model, max_tokens=1024, messages=question) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
print()

count = client.messages.with_raw_response.count_tokens(model=model, messages=question)
source = count.headers.get("x-sluice-token-count", "counted by the provider")
print("count: ", count.parse().input_tokens, f"({source})")

try:
    client.messages.create(model="no-such-model", max_tokens=1024, messages=question)
except anthropic.NotFoundError as error:
    print("error: ", error.message)
