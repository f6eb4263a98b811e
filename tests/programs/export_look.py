#!/usr/bin/env python3
"""The newsletter as a browser shows it: a screenshot in light and in dark, on a telephone's and on a desk's width."""
import os
import shutil
import struct
import subprocess
import sys
import zlib

TOP = os.environ.get("TOP") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GALLEY = os.environ.get("GALLEY") or os.path.join(TOP, "build", "galley")
ROOM = os.environ.get("TMPDIR", "/tmp")
failed = False


def check(name, right, why=""):
    global failed
    failed = failed or not right
    print(f"ok - {name}" if right else f"not ok - {name}: {why}")


def pixels(file):
    """Rows of (red, green, blue) of a PNG as browsers write it: eight bits, no interlacing."""
    data, at, packed = open(file, "rb").read(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, _, colours = struct.unpack(">IIBB", data[at + 8:at + 18])
        elif kind == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += 12 + length
    size = {2: 3, 6: 4}[colours]
    raw, rows, above = zlib.decompress(packed), [], bytes(width * size)
    for y in range(height):
        kind, line = raw[y * (width * size + 1)], bytearray(raw[y * (width * size + 1) + 1:(y + 1) * (width * size + 1)])
        for i in range(len(line)):
            left, up = line[i - size] if i >= size else 0, above[i]
            corner = above[i - size] if i >= size else 0
            if kind == 1:
                line[i] = (line[i] + left) & 255
            elif kind == 2:
                line[i] = (line[i] + up) & 255
            elif kind == 3:
                line[i] = (line[i] + (left + up) // 2) & 255
            elif kind == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                line[i] = (line[i] + near[2]) & 255
        above = bytes(line)
        rows.append([tuple(line[i:i + 3]) for i in range(0, len(line), size)])
    return rows


browser = next((found for found in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if found), None)
if not browser:
    print("skip - the newsletter in a browser: chromium is not installed")
    sys.exit(0)
page = os.path.join(ROOM, "letter.html")
subprocess.run([GALLEY, "export", "newsletter", "--site", os.path.join(TOP, "examples", "newsroom"), "--option", "form=html", "--quiet", "-o", page], check=True)
text = open(page).read()
check("nothing but the switch to dark is in a style sheet", text.count("<style>") == 1 and text.count("@media") == 1 and "class=" in text and "<link" not in text and "<script" not in text)
for name, width, dark in (("light, 390 columns", 390, False), ("dark, 1280 columns", 1280, True)):
    shot = os.path.join(ROOM, f"shot{width}.png")
    subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    f"--user-data-dir={ROOM}/profile{width}", "--hide-scrollbars", f"--window-size={width},600", f"--screenshot={shot}",
                    "--blink-settings=preferredColorScheme=" + ("0" if dark else "1"), f"file://{page}"], capture_output=True, timeout=300)
    if not os.path.exists(shot):
        check(name, False, "the browser made no picture")
        continue
    rows = pixels(shot)
    ground, card = rows[5][5], rows[30][width // 2]
    check(f"{name}: the ground", max(ground) < 64 if dark else min(ground) > 230, ground)
    check(f"{name}: the card", (max(card) < 64 if dark else min(card) > 250) and card != ground, card)
    # Words stand out from the card, and nothing reaches the right edge.
    spread = {sum(pixel) // 3 for row in rows for pixel in row}
    check(f"{name}: words", max(spread) > 200 and min(spread) < 60, (min(spread), max(spread)))
    check(f"{name}: nothing is cut off", {row[width - 4] for row in rows} == {ground}, "something is at the edge")
sys.exit(failed)
