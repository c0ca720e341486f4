"""Replies of a model that breaks JSON at random: what is called valid is, judged by another implementation."""
import json
import pathlib
import subprocess

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_broken_replies_validate():
    program = "build/tests/shape/test_repair"
    subprocess.run(["make", "-s", program], cwd=ROOT, check=True, capture_output=True)
    lines = subprocess.run([ROOT / program, "--print"], cwd=ROOT, check=True, capture_output=True).stdout.decode().splitlines()
    assert len(lines) > 300
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    for line in lines:
        pair = json.loads(line)
        jsonschema.Draft202012Validator(pair["schema"], format_checker=formats).validate(pair["document"])
