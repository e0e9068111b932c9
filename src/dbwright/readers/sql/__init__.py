"""SQL text: split into statements, its dialect found, executed on a scratch database or parsed."""
