"""What an application imports at run time. It stands alone: of dbwright it needs nothing but the errors."""
