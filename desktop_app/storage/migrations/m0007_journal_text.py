"""The words of the journal, indexed, so that ten years are searched within a frame or two.

The index holds no text of its own. Its row number is the entry's step and position: step * 2^20 +
position.
"""

SQL = """
CREATE VIRTUAL TABLE journal_text USING fts5(
    text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2', prefix='2 3'
);
INSERT INTO journal_text (rowid, text)
SELECT (j.step_id << 20) | j.position,
    j.source_label || ' ' || j.from_target_label || ' ' || j.to_target_label || ' ' || j.evidence
    || ' ' || j.how || ' ' || j.decided_by || ' ' || s.label || ' ' || s.who
FROM journal j JOIN journal_steps s ON s.id = j.step_id ORDER BY j.step_id, j.position;
"""
