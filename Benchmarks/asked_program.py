"""A program that is started once and then asked: a question a line, a line of JSON for each answer."""

import json
import subprocess
import sys


class AskedProgram:
    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.wait("ready")

    def wait(self, start):
        while True:
            line = self.process.stdout.readline()
            if not line:
                sys.exit(f"{self.process.args[0]} ended: {self.process.wait()}")
            if line.startswith(start):
                return line

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        return json.loads(self.wait("{"))

    def end(self):
        self.process.stdin.close()
        self.process.wait()
