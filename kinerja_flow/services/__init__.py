"""The verbs: each public function is one business transaction."""
