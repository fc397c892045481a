-- What is attached to a kept mail: [{name, contentType, contentId, base64}].
ALTER TABLE kept_mails ADD COLUMN attachments jsonb NOT NULL DEFAULT '[]';
