-- What became of webhooks. Their files say what they are; secrets are nowhere here.

-- How far each has come in the feed of changes.
create table registry_webhook (
  name          text collate "C" not null,
  -- The place in the feed up to which all has been sent, or stands in registry_delivery.
  position      jsonb            not null,
  -- ACTIVE; PAUSED by an administrator; ENDED by its receiver.
  state         text             not null default 'ACTIVE',
  last_delivery timestamptz(6),
  last_error    text,
  constraint registry_webhook_pkey primary key (name)
);

-- The changes that could not be delivered, and those that wait behind them because they are of the same object.
create table registry_delivery (
  webhook  text collate "C" not null,
  -- Of the change in the log.
  sequence bigint           not null,
  -- A hash of the key of the object: what an object was called stands in the log alone, which can be purged.
  lane     text collate "C" not null,
  -- Behind the change in the feed.
  position jsonb            not null,
  attempts integer          not null default 0,
  next_at  timestamptz(6)   not null default clock_timestamp(),
  reason   text,
  -- Nobody tries it any more.
  is_dead  boolean          not null default false,
  constraint registry_delivery_pkey primary key (webhook, sequence)
);
