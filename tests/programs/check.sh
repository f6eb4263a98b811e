#!/bin/sh
# The rules of the code, as `make check` runs them. tests/run: plain build; tests/run: limit 900
exec "$TOP/.ci/check"
