"""Agreement, consensus and accuracy of people who label. Pure: no Django, no texts, ids only."""
