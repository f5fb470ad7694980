"""How TensorFlow Lite Micro uses its arena, behind a pipe, for tests/python/offline-plan.test.ts.

Answers a job with one run for each line "head" and "total" of the interpreter's record of its
arena: bytes as text. See pipe.py for jobs and answers.
"""
import os
import re
import tempfile

from pipe import serve
from tflite_micro.python.tflite_micro import runtime

ARENA_BYTES = 4 * 1024 * 1024


def printed(action):
    """What an action of the runtime, which is C++, writes on the standard streams."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(1), os.dup(2)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            action()
        finally:
            for number, copy in enumerate(kept, 1):
                os.dup2(copy, number)
                os.close(copy)
        file.seek(0)
        return file.read().decode()


def run(model, runs):
    interpreter = runtime.Interpreter.from_bytes(model, arena_size=ARENA_BYTES)
    text = printed(interpreter.print_allocations)
    for part in ("head", "total"):
        yield re.search(rf"Arena allocation {part} (\d+) bytes", text).group(1).encode()


serve(run)
