"""One Markdown file of cases for each rule, and what runs them on real databases."""
