"""Pages: server-rendered, light, Indonesian first."""
