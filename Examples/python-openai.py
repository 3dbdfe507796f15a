#!/usr/bin/env python3
"""Talks to Sluice with OpenAI's SDK: a whole reply, a stream, and an error.

    pip install openai
    SLUICE_KEY=<the printed key> python3 Examples/python-openai.py

SLUICE_URL names another address, SLUICE_MODEL another model than the built-in mock.
"""

import os

import openai

client = openai.OpenAI(
    base_url=os.environ.get("SLUICE_URL", "http://127.0.0.1:8080") + "/v1",
    api_key=os.environ["SLUICE_KEY"],
)
model = os.environ.get("SLUICE_MODEL", "mock")
question = [{"role": "user", "content": "Hello!"}]

reply = client.chat.completions.with_raw_response.create(model=model, messages=question)
completion = reply.parse()
print("whole: ", completion.choices[0].message.content)
print("tokens:", completion.usage.total_tokens if completion.usage else "not reported")
print("id:    ", reply.headers["x-request-id"], "(the same as in the gateway's log)")

print("stream: ", end="")
stream = client.chat.completions.create(model=model, messages=question, stream=True)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()

try:
    client.chat.completions.create(model="no-such-model", messages=question)
except openai.NotFoundError as error:
    print("error: ", error.code)
