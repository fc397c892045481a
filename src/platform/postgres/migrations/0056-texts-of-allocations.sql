-- For whom places are kept back is not about those who get them: such a text goes with whom it names, and with age.
UPDATE kept_texts k SET ticket_ids = '{}' FROM allocations a WHERE a.reason = 'text:' || k.text_id;
UPDATE kept_texts k SET ticket_ids = '{}' FROM event_store s
WHERE s.type IN ('AllocationMade', 'AllocationChanged') AND 'text:' || k.text_id IN (s.data ->> 'name', s.data ->> 'note');
