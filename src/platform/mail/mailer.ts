/** A mail as it goes out. Addresses are single ones; names and subjects are plain text. */
export interface OutgoingMail {
  readonly mailId: string;
  /** The same at every attempt, so that whoever gets it twice can see that. Without angle brackets. */
  readonly messageId: string;
  readonly organizerId: number;
  /** `Name <address>` or an address. */
  readonly sender: string;
  /** Where answers go, if not to the sender. */
  readonly replyTo?: string | undefined;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments?: readonly Attachment[];
}

/** A file that goes with a mail. */
export interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
  /** As the HTML names it (`cid:…`), if it is shown there. */
  readonly contentId?: string;
}

/** What came of an attempt. A fault is a sentence without secrets, for the operator. */
export type Delivery =
  | { readonly outcome: 'delivered' }
  /** This mail will never be taken: no such address, too large. */
  | { readonly outcome: 'refused'; readonly fault: string }
  /** Not now. `serverAway`: other mails would fare the same. */
  | { readonly outcome: 'later'; readonly fault: string; readonly serverAway: boolean };

/** Where mails go. */
export interface Mailer {
  /** Hands one mail over. Never throws; handing over the same mail again must do no harm. */
  deliver(mail: OutgoingMail): Promise<Delivery>;
  close(): Promise<void>;
}
