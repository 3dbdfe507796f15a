"""Drives the finished binary from outside: processes, raw HTTP clients and a fully scripted upstream."""
