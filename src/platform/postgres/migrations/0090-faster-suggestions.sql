-- What is proposed while somebody types is read from ranges of indexes that end after the few rows wanted. Nothing is rewritten: only
-- indexes are made, of the documents one over a thirty-second part of them.

-- The best known names by their first one, two, three letters; what ranks them and what they lead to stand in the index.
CREATE INDEX search_names_by_first ON search_names (kind, left(begins, 1), frequency DESC, length(begins), begins)
  INCLUDE (lexeme);
CREATE INDEX search_names_by_first_two ON search_names (kind, left(begins, 2), frequency DESC, length(begins), begins)
  INCLUDE (lexeme);
CREATE INDEX search_names_by_first_three ON search_names (kind, left(begins, 3), frequency DESC, length(begins), begins)
  INCLUDE (lexeme);
DROP INDEX search_names_by_letter;
-- The most common words that begin with two letters: there are too many of them to sort.
CREATE INDEX search_words_by_first_two ON search_words (left(word, 2), frequency DESC, length(word), word);
-- The soonest show of a city in which thousands are.
CREATE INDEX search_documents_sampled_by_city ON search_documents (city, starts_at) WHERE sampled;
