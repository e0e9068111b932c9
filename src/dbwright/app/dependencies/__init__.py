"""Dependencies: found in rows, judged, decided on by people, and watched."""
