"""openai for Node and Vercel's AI SDK: each script of node/ asserts by itself and prints what failed."""
import pytest


@pytest.mark.parametrize("script", ["openai.mjs", "quickstart.ts", "ai-sdk.mjs"])
def test_script(server, node, script):
    done = node(script, FOOTNOTE_URL=server.url, FOOTNOTE_KEY=server.key, PARALLEL_API_KEY=server.key)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
