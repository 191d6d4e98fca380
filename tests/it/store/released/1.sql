-- The whole schema of a Navette database, in the order in which the concepts build on one another.
--
-- Conventions
--   *_id, id        UUID, 16 bytes
--   *_on, day       a local day of the territory, 'YYYY-MM-DD'
--   *_until         the first day after a half-open period [from, until)
--   *_at            an instant, milliseconds since 1970-01-01 UTC
--   archived        0 or 1; nothing is deleted
--   version         grows by one at each change; it is the ETag of the API
--   personal: who; what | quoi; kept: how long
--                   a column that tells something of a person. `navette registre` prints the register of processing
--                   from these words. Every other text column stands in a line `Not personal` above its table, unless
--                   it is a day or a word of a closed list.
-- Every constraint has a name. `store/constraint.rs` turns each name into an answer a person understands.

pragma application_id = 1312904788; -- 'NAVT'
pragma user_version = 1;

-- Structures ----------------------------------------------------------------------------------------

-- An organisation that gives or receives. An informal group without any number counts as much as a town.
-- Not personal: kind, legal_category, rna, register_name, register_number, commune.
create table structure (
  id              blob    not null primary key,
  name            text    not null, -- personal: contact; name, which may be a farmer's | nom, qui peut être celui d'un exploitant; kept: structure
  kind            text    not null,
  legal_category  text,
  siren           text, -- personal: contact; number, which may be a farmer's | numéro, qui peut être celui d'un exploitant; kept: structure
  siret           text, -- personal: contact; number, which may be a farmer's | numéro, qui peut être celui d'un exploitant; kept: structure
  rna             text,
  register_name   text,
  register_number text,
  commune         text,
  email           text, -- personal: contact; e-mail address | adresse électronique; kept: structure
  phone           text, -- personal: contact; telephone number | numéro de téléphone; kept: structure
  address         text, -- personal: contact; postal address | adresse postale; kept: structure
  valuation       text    not null default 'allowed', -- 'none': no euro figure is made of what it gives and receives
  created_by      blob,             -- the account that recorded it; null: the operator of the machine
  archived        integer not null default 0,
  version         integer not null default 1,
  created_at      integer not null,
  constraint structure_id_is_uuid       check (length(id) = 16),
  constraint structure_name_is_short    check (length(name) between 1 and 200),
  constraint structure_siren_is_digits  check (siren is null or (length(siren) = 9 and siren not glob '*[^0-9]*')),
  constraint structure_siret_is_digits  check (siret is null or (length(siret) = 14 and siret not glob '*[^0-9]*')),
  constraint structure_register_is_whole check ((register_name is null) = (register_number is null)),
  constraint structure_valuation_is_known check (valuation in ('allowed', 'none')),
  constraint structure_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create unique index structure_siret_once on structure (siret) where siret is not null and archived = 0;
create unique index structure_rna_once   on structure (rna)   where rna is not null and archived = 0;
create unique index structure_siren_once on structure (siren) where siren is not null and siret is null and archived = 0;
create index structure_by_name  on structure (name);
create index structure_by_siren on structure (siren) where siren is not null;

-- Communes as a public list tells them, loaded at the machine (`navette communes`). Structures name a commune by its
-- code, whether it stands here or not.
-- Not personal: code, name, epci_siren, epci_name.
create table commune (
  code       text    not null primary key, -- INSEE
  name       text    not null,
  population integer not null,             -- inhabitants
  epci_siren text,                         -- null: in no EPCI
  epci_name  text,
  constraint commune_population_is_a_number check (population >= 0),
  constraint commune_epci_is_whole          check ((epci_siren is null) = (epci_name is null))
) strict, without rowid;

-- People --------------------------------------------------------------------------------------------

-- A volunteer or trainer, known only to their own structure: the bare id that records refer to. What tells who that is
-- stands in `identity`; once it is erased, nothing but this row is left, so that the id is never given to another.
create table person (
  id           blob    not null primary key,
  structure_id blob    not null references structure (id),
  archived     integer not null default 0,
  version      integer not null default 1,
  created_at   integer not null,
  erased_at    integer,
  constraint person_id_is_uuid       check (length(id) = 16),
  constraint person_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create index person_by_structure on person (structure_id, id);

create trigger person_stays_erased before update on person
when old.erased_at is not null
begin select raise(abort, 'person_stays_erased'); end;

-- What identifies a person. No birthday: that somebody is a minor is all that is ever asked.
create table identity (
  person_id  blob    not null primary key references person (id),
  name       text    not null, -- personal: volunteer; name or pseudonym | nom ou pseudonyme; kept: person
  pseudonym  integer not null default 0, -- 1: the name is not a civil name
  minor      integer not null default 0, -- personal: volunteer; whether a minor, never a birthday | s'il est mineur, jamais de date de naissance; kept: person
  contact    text, -- personal: volunteer; how to reach them | moyen de les joindre; kept: person
  note       text, -- personal: volunteer; note of the structure | note de la structure; kept: person
  -- "this person is me": they read and correct it through this account
  account_id blob references account (id), -- personal: volunteer; the account that is this person | le compte qui est cette personne; kept: person
  constraint identity_name_is_short     check (length(name) between 1 and 200),
  constraint identity_pseudonym_is_flag check (pseudonym in (0, 1)),
  constraint identity_minor_is_flag     check (minor in (0, 1))
) strict, without rowid;

create index identity_by_account on identity (account_id) where account_id is not null;

create trigger identity_is_of_the_living before insert on identity
when (select erased_at from person where id = new.person_id) is not null
begin select raise(abort, 'person_stays_erased'); end;

-- What a person agreed to, since which day. Without it their name is shown to no other structure.
create table consent (
  person_id blob not null references person (id),
  purpose   text not null,
  given_on  text not null, -- personal: volunteer; that they agreed to be named, and since when | accord pour être nommé, et depuis quand; kept: person
  primary key (person_id, purpose),
  constraint consent_purpose_is_known check (purpose in ('skills')),
  constraint consent_day_exists       check (date(given_on) is given_on)
) strict, without rowid;

-- The link by which a person without account sees what is kept about them. One at a time; only the SHA-256 of its
-- secret is kept; revoked or over, it is deleted.
create table person_link (
  person_id  blob    not null primary key references person (id),
  digest     blob    not null, -- personal: volunteer; digest of their link's secret | empreinte du secret de leur lien; kept: link
  created_at integer not null,
  expires_at integer not null,
  constraint person_link_digest_is_sha256 check (length(digest) = 32)
) strict, without rowid;

create unique index person_link_digest_once on person_link (digest);

-- How long a structure keeps what it knows about people; absent: the defaults of `privacy/rules.rs`.
create table retention (
  structure_id  blob    not null primary key references structure (id),
  person_months integer not null, -- a person without any line for so long is erased
  text_months   integer not null, -- the free text of a line is erased so long after it was recorded
  version       integer not null,
  constraint retention_is_possible check (person_months between 1 and 120 and text_months between 1 and 120)
) strict, without rowid;

-- Cooperations --------------------------------------------------------------------------------------

-- A named common undertaking on a territory. A structure belongs to several at once.
-- Not personal: name, intention, territory.
create table cooperation (
  id         blob    not null primary key,
  name       text    not null,
  intention  text    not null,
  territory  text,
  starts_on  text,
  ends_on    text,
  valuation  text    not null default 'allowed', -- 'none': no euro figure is made of what is exchanged in it
  archived   integer not null default 0,
  version    integer not null default 1,
  created_at integer not null,
  constraint cooperation_id_is_uuid       check (length(id) = 16),
  constraint cooperation_name_is_short    check (length(name) between 1 and 200),
  constraint cooperation_days_exist       check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint cooperation_days_in_order    check (starts_on < ends_on),
  constraint cooperation_valuation_is_known check (valuation in ('allowed', 'none')),
  constraint cooperation_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create index cooperation_by_name on cooperation (name);

-- Not personal: name.
create table cooperation_phase (
  cooperation_id blob    not null references cooperation (id),
  position       integer not null,
  name           text    not null,
  starts_on      text,
  ends_on        text,
  primary key (cooperation_id, position),
  constraint phase_days_exist    check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint phase_days_in_order check (starts_on < ends_on)
) strict, without rowid;

-- A structure in a cooperation, from a day to a day (half-open; no end while ends_on is null).
create table membership (
  id             blob    not null primary key,
  cooperation_id blob    not null references cooperation (id),
  structure_id   blob    not null references structure (id),
  role           text    not null,
  starts_on      text    not null,
  ends_on        text,
  publishes      integer not null default 0, -- the structure's own choice: sums of what it took part in are open data
  version        integer not null default 1,
  created_at     integer not null,
  constraint membership_id_is_uuid    check (length(id) = 16),
  constraint membership_role_is_known check (role in ('member', 'facilitator')),
  constraint membership_days_exist    check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint membership_days_in_order check (starts_on < ends_on),
  constraint membership_publishes_is_flag check (publishes in (0, 1))
) strict, without rowid;

create index membership_by_structure   on membership (structure_id, cooperation_id);
create index membership_by_cooperation on membership (cooperation_id, structure_id);

create trigger membership_once_insert before insert on membership
when exists (
  select 1 from membership
  where structure_id = new.structure_id and cooperation_id = new.cooperation_id
    and starts_on < ifnull(new.ends_on, '9999') and ifnull(ends_on, '9999') > new.starts_on
)
begin select raise(abort, 'membership_once'); end;

create trigger membership_once_update before update on membership
when exists (
  select 1 from membership
  where structure_id = new.structure_id and cooperation_id = new.cooperation_id and id <> new.id
    and starts_on < ifnull(new.ends_on, '9999') and ifnull(ends_on, '9999') > new.starts_on
)
begin select raise(abort, 'membership_once'); end;

-- Statements ----------------------------------------------------------------------------------------

-- A year that was closed, once: the bytes of its document with their SHA-256, and the head of the ledger they rest on.
-- Never changed, never deleted.
create table statement (
  id             blob    not null primary key,
  structure_id   blob    references structure (id),
  cooperation_id blob    references cooperation (id),
  year           integer not null,
  seq            integer not null, -- lines of the ledger when it was closed
  root           blob    not null, -- of the Merkle tree over them
  grid_id        blob    references grid (id),
  digest         blob    not null,
  document       blob    not null, -- JSON; names structures and no person
  closed_at      integer not null,
  constraint statement_id_is_uuid       check (length(id) = 16),
  constraint statement_is_of_one        check ((structure_id is null) <> (cooperation_id is null)),
  constraint statement_digest_is_sha256 check (length(digest) = 32 and length(root) = 32)
) strict, without rowid;

create unique index statement_once_by_structure   on statement (structure_id, year) where structure_id is not null;
create unique index statement_once_by_cooperation on statement (cooperation_id, year) where cooperation_id is not null;

create trigger statement_is_never_updated before update on statement
begin select raise(abort, 'statement_is_kept'); end;

create trigger statement_is_never_deleted before delete on statement
begin select raise(abort, 'statement_is_kept'); end;

-- Accounts ------------------------------------------------------------------------------------------

-- A login. The first one owns the instance: it runs the machine and has no power over the ledger.
create table account (
  id            blob    not null primary key,
  login         text, -- personal: holder; login | identifiant; kept: account
  -- Argon2id, PHC string
  password_hash text, -- personal: holder; hash of the password | empreinte du mot de passe; kept: account
  owner         integer not null default 0,
  archived      integer not null default 0,
  version       integer not null default 1,
  created_at    integer not null,
  erased_at     integer,          -- the bare id is left then, for what it recorded
  constraint account_id_is_uuid       check (length(id) = 16),
  constraint account_login_is_short   check (length(login) between 1 and 200),
  constraint account_is_erased_whole  check ((login is null) = (erased_at is not null)
                                             and (password_hash is null) = (erased_at is not null)
                                             and (erased_at is null or archived = 1)),
  constraint account_owner_is_flag    check (owner in (0, 1)),
  constraint account_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create unique index account_login_once on account (login);

-- What an account may do in a structure: manager > contributor > reader.
create table account_role (
  id           blob    not null primary key,
  account_id   blob    not null references account (id), -- personal: holder; roles in structures | rôles dans les structures; kept: account
  structure_id blob    not null references structure (id),
  role         text    not null,
  archived     integer not null default 0,
  version      integer not null default 1,
  created_at   integer not null,
  constraint account_role_id_is_uuid       check (length(id) = 16),
  constraint account_role_is_known         check (role in ('manager', 'contributor', 'reader')),
  constraint account_role_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create unique index account_role_once on account_role (account_id, structure_id) where archived = 0;
create index account_role_by_structure on account_role (structure_id, account_id);

-- One log-in on one device, until it is ended, left alone for 31 days, or 180 days old.
create table session (
  id         blob    not null primary key,
  account_id blob    not null references account (id),
  -- what its holder calls the device; shown to nobody else
  device     text,              -- personal: holder; sessions, and what they call their devices | sessions, et le nom donné aux appareils; kept: session
  created_at integer not null,
  used_at    integer not null,  -- when it last gave out tokens
  ended_at   integer,           -- null: nobody ended it
  constraint session_id_is_uuid      check (length(id) = 16),
  constraint session_device_is_short check (length(device) between 1 and 200)
) strict, without rowid;

create index session_by_account on session (account_id, used_at);

-- A refresh token is kept as its SHA-256 only. Rotation spends it; a spent one that comes back ends its session.
create table refresh_token (
  digest     blob    not null primary key,
  session_id blob    not null references session (id),
  issued_at  integer not null,
  spent_at   integer,
  constraint refresh_token_digest_is_sha256 check (length(digest) = 32)
) strict, without rowid;

create index refresh_token_by_session on refresh_token (session_id, issued_at);

-- A second factor: the key an account shares with its authenticator (TOTP, RFC 6238). It must be readable to be of use.
create table second_factor (
  account_id blob    not null primary key references account (id),
  key        blob    not null, -- personal: holder; key of the second factor | clé du second facteur; kept: account
  active     integer not null default 0, -- 1 once a first code was right
  last_step  integer,                    -- thirty seconds of the last code used: each works once
  created_at integer not null,
  constraint second_factor_key_is_long   check (length(key) = 20),
  constraint second_factor_active_is_flag check (active in (0, 1))
) strict, without rowid;

-- What stands in once for a lost authenticator, kept as its SHA-256 until used.
create table recovery_code (
  digest     blob not null primary key,
  account_id blob not null references account (id),
  constraint recovery_code_digest_is_sha256 check (length(digest) = 32)
) strict, without rowid;

create index recovery_code_by_account on recovery_code (account_id);

-- The one-time secret of a link to choose a new password, kept as its SHA-256 for a day; one for each account.
create table reset_link (
  account_id   blob    not null primary key references account (id),
  digest       blob    not null,
  drops_factor integer not null, -- 1: made at the machine for somebody who lost the second factor, too
  expires_at   integer not null,
  constraint reset_link_digest_is_sha256 check (length(digest) = 32),
  constraint reset_link_drops_is_flag    check (drops_factor in (0, 1))
) strict, without rowid;

create unique index reset_link_digest_once on reset_link (digest);

-- The secrets that sign access tokens (HS256), by key id. The newest signs; the others go when all they signed is over.
-- Not personal: key_id.
create table signing_key (
  key_id     text    not null primary key,
  secret     blob    not null,
  created_at integer not null,
  constraint signing_key_is_long check (length(secret) = 32)
) strict, without rowid;

-- The one-time secret of an empty database's set-up link, kept as its SHA-256 until used.
create table setup_token (
  digest     blob    not null primary key,
  created_at integer not null,
  constraint setup_token_digest_is_sha256 check (length(digest) = 32)
) strict, without rowid;

-- The answer given to an unsafe request, kept in the transaction of its effect so that a phone
-- that was offline may send everything again. Body and digest only of acts that succeeded.
-- Keys are kept as digests, for a client may have made one of a name. Where an answer held what was erased, its row
-- stays without it, digest zero: sending the request again makes nothing anew.
-- Not personal: location, etag.
create table idempotency (
  account_id     blob    not null, -- who asked: an account, or a service token
  key            blob    not null, -- SHA-256 of 'key:…' from the header, or 'id:…' from an id chosen by the client
  request_digest blob    not null, -- SHA-256 of method, path and canonical body
  status         integer not null,
  location       text,
  etag           text,
  body           blob    not null, -- personal: anyone; answers given, so that a phone may send again | réponses données, pour qu'un téléphone puisse renvoyer; kept: answers
  created_at     integer not null,
  primary key (account_id, key),
  constraint idempotency_digest_is_sha256 check (length(key) = 32 and length(request_digest) = 32)
) strict, without rowid;

create index idempotency_by_age on idempotency (created_at);

-- A key for a program: of a client that speaks for a structure, or of a funder that reads yearly summaries. Only the
-- SHA-256 of the secret is kept. It opens no more than its maker may still give out. Revoked is archived, for ever.
-- Not personal: name.
create table service_token (
  id             blob    not null primary key,
  structure_id   blob    references structure (id),
  cooperation_id blob    references cooperation (id),
  name           text    not null,
  scope          text    not null,
  ends_on        text    not null, -- the first day on which it opens nothing
  digest         blob    not null,
  made_by        blob    not null references account (id), -- personal: holder; who gave a program a token | qui a donné un jeton à un programme; kept: account
  archived       integer not null default 0,
  version        integer not null default 1,
  created_at     integer not null,
  constraint service_token_id_is_uuid       check (length(id) = 16),
  constraint service_token_is_of_one        check ((structure_id is null) <> (cooperation_id is null)),
  constraint service_token_scope_is_known   check (scope in ('aggregates', 'read', 'record')),
  constraint service_token_commons_are_sums check (cooperation_id is null or scope = 'aggregates'),
  constraint service_token_day_exists       check (date(ends_on) is ends_on),
  constraint service_token_digest_is_sha256 check (length(digest) = 32),
  constraint service_token_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create unique index service_token_digest_once on service_token (digest);
create index service_token_by_structure   on service_token (structure_id, id) where structure_id is not null;
create index service_token_by_cooperation on service_token (cooperation_id, id) where cooperation_id is not null;

create trigger service_token_stays_revoked before update on service_token
when old.archived = 1 and new.archived = 0
begin select raise(abort, 'service_token_stays_revoked'); end;

-- Invitations ---------------------------------------------------------------------------------------

-- A link that gives a role in a structure to whoever accepts it, once, until it expires. Its secret is kept as its
-- SHA-256 only.
create table invitation (
  id           blob    not null primary key,
  structure_id blob    not null references structure (id),
  role         text    not null,                          -- what it gives, and never more
  digest       blob    not null,                          -- SHA-256 of the secret in the link
  -- who made it, and must still be able to when it is accepted
  invited_by   blob    not null references account (id), -- personal: holder; invitations | invitations; kept: account
  accepted_by  blob    references account (id),
  expires_at   integer not null,
  archived     integer not null default 0,                -- 1: accepted, or taken back
  version      integer not null default 1,
  created_at   integer not null,
  constraint invitation_id_is_uuid        check (length(id) = 16),
  constraint invitation_role_is_known     check (role in ('manager', 'contributor', 'reader')),
  constraint invitation_digest_is_sha256  check (length(digest) = 32),
  constraint invitation_accepted_is_over  check (accepted_by is null or archived = 1),
  constraint invitation_archived_is_flag  check (archived in (0, 1))
) strict, without rowid;

create unique index invitation_digest_once on invitation (digest);
create index invitation_by_structure on invitation (structure_id, id);

-- What one side of a cooperation asks of the other: that a structure joins it, or that a member takes over facilitating
-- it. Nothing begins before the other side says yes.
create table proposal (
  id             blob    not null primary key,
  cooperation_id blob    not null references cooperation (id),
  structure_id   blob    not null references structure (id),  -- which would join, or take over
  role           text    not null,
  starts_on      text    not null,
  ends_on        text,
  hands_over_id  blob    references membership (id),          -- the facilitator's, when it is to be handed over
  asked_by       text    not null,
  -- who asks, and must still be able to when it is accepted
  account_id     blob    not null references account (id), -- personal: holder; proposals to cooperations | propositions aux démarches; kept: account
  state          text    not null,
  expires_at     integer not null,
  version        integer not null default 1,
  created_at     integer not null,
  constraint proposal_id_is_uuid     check (length(id) = 16),
  constraint proposal_role_is_known  check (role in ('member', 'facilitator')),
  constraint proposal_side_is_known  check (asked_by in ('structure', 'cooperation')),
  constraint proposal_state_is_known check (state in ('open', 'accepted', 'declined', 'withdrawn', 'expired')),
  constraint proposal_days_exist     check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint proposal_days_in_order  check (starts_on < ends_on)
) strict, without rowid;

create unique index proposal_once on proposal (cooperation_id, structure_id) where state = 'open';
create index proposal_by_structure   on proposal (structure_id, id);
create index proposal_by_cooperation on proposal (cooperation_id, id);

-- The audit trail -----------------------------------------------------------------------------------

-- Acts that touch security, in their order: log-ins, rights, invitations, exports, erasures. Append-only, and without
-- a name, an address or a secret; read by the account itself and by those who manage or facilitate what it is about.
-- Not personal: event.
create table audit (
  seq            integer not null primary key,
  event          text    not null,
  -- who did it; null: the operator of the machine, or nobody known
  account_id     blob references account (id), -- personal: holder; what they did that touches security | leurs actes touchant à la sécurité; kept: audit
  subject_id     blob,                             -- the account, role, invitation, token or person it was done to
  structure_id   blob references structure (id),   -- whose managers read it
  cooperation_id blob references cooperation (id), -- whose facilitators read it
  recorded_at    integer not null,
  constraint audit_subject_is_uuid check (length(subject_id) = 16)
) strict;

create index audit_by_account     on audit (account_id, seq) where account_id is not null;
create index audit_by_subject     on audit (subject_id, seq) where subject_id is not null;
create index audit_by_structure   on audit (structure_id, seq) where structure_id is not null;
create index audit_by_cooperation on audit (cooperation_id, seq) where cooperation_id is not null;

create trigger audit_is_never_updated before update on audit
begin select raise(abort, 'audit_is_append_only'); end;

create trigger audit_is_never_deleted before delete on audit
begin select raise(abort, 'audit_is_append_only'); end;

-- Equipment -----------------------------------------------------------------------------------------

-- A thing or a place a structure makes available: one identified unit, a pool with a quantity, or a kit
-- of other equipment that is lent together.
-- Not personal: name, kind, category, code, identifier, training.
create table equipment (
  id                 blob    not null primary key,
  structure_id       blob    not null references structure (id),
  name               text    not null,
  kind               text,             -- what units alike are called: asked for by kind, any free one will do
  category           text    not null,
  nature             text    not null,
  tracking           text    not null,
  quantity           integer not null,
  code               text    not null, -- short, for a label
  identifier         text,
  place              text, -- personal: anyone; free text about equipment | texte libre sur un matériel; kept: changed
  pick_up            text, -- personal: anyone; free text about equipment | texte libre sur un matériel; kept: changed
  condition          text, -- personal: anyone; free text about equipment | texte libre sur un matériel; kept: changed
  note               text, -- personal: anyone; free text about equipment | texte libre sur un matériel; kept: changed
  training           text,             -- what a borrower has to have learnt
  lends_to           text    not null,
  approval           text    not null,
  buffer_before_days integer not null,
  buffer_after_days  integer not null,
  longest_days       integer,
  notice_days        integer not null,
  value_cents        integer,          -- for insurers and notes to the accounts; no quantity of the ledger
  archived           integer not null default 0,
  version            integer not null default 1,
  created_at         integer not null,
  constraint equipment_id_is_uuid        check (length(id) = 16),
  constraint equipment_nature_is_known   check (nature in ('thing', 'premises')),
  constraint equipment_tracking_is_known check (tracking in ('unit', 'pool', 'kit')),
  constraint equipment_unit_is_one       check (tracking = 'pool' or quantity = 1),
  constraint equipment_quantity_in_range check (quantity between 1 and 1000000),
  constraint equipment_lends_to_known    check (lends_to in ('cooperations', 'everyone', 'nobody')),
  constraint equipment_approval_is_known check (approval in ('by_hand', 'automatic')),
  constraint equipment_days_in_range     check (buffer_before_days between 0 and 365 and buffer_after_days between 0 and 365
                                                and longest_days between 1 and 3660 and notice_days between 0 and 365),
  constraint equipment_value_in_range    check (value_cents between 0 and 1000000000000),
  constraint equipment_archived_is_flag  check (archived in (0, 1))
) strict, without rowid;

create unique index equipment_code_once on equipment (code);
create index equipment_by_structure on equipment (structure_id, id);

-- What belongs to it and is ticked at hand-over: a cable, a pump, the bag.
-- Not personal: name.
create table accessory (
  equipment_id blob    not null references equipment (id),
  position     integer not null,
  name         text    not null,
  primary key (equipment_id, position)
) strict, without rowid;

-- A photo, a manual: kept elsewhere, known here by its address and its SHA-256.
-- Not personal: name, url, sha256.
create table document (
  equipment_id blob    not null references equipment (id),
  position     integer not null,
  name         text    not null,
  url          text    not null,
  sha256       text    not null,
  primary key (equipment_id, position),
  constraint document_digest_is_sha256 check (length(sha256) = 64 and sha256 not glob '*[^0-9a-f]*')
) strict, without rowid;

-- What a kit is made of: units, or pieces of pools, of the same structure.
create table kit_part (
  kit_id  blob    not null references equipment (id),
  part_id blob    not null references equipment (id),
  pieces  integer not null,
  primary key (kit_id, part_id),
  constraint kit_part_in_range check (pieces between 1 and 1000000)
) strict, without rowid;

create index kit_part_of on kit_part (part_id);

create trigger kit_part_is_no_kit before insert on kit_part
when not exists (
  select 1 from equipment kit join equipment part on part.id = new.part_id
  where kit.id = new.kit_id and kit.tracking = 'kit' and part.tracking <> 'kit'
    and part.structure_id = kit.structure_id and new.pieces <= part.quantity)
begin select raise(abort, 'kit_part_is_no_kit'); end;

-- What lending equipment takes: itself, or each part of a kit.
create view equipment_part as
select id as whole_id, id as part_id, 1 as pieces from equipment where tracking <> 'kit'
union all
select kit_id, part_id, pieces from kit_part;

-- The calendar --------------------------------------------------------------------------------------

-- Days on which equipment cannot be lent: its upkeep, or its owner's own use.
create table closure (
  id           blob    not null primary key,
  equipment_id blob    not null references equipment (id),
  reason       text    not null,
  starts_on    text    not null,
  ends_on      text    not null,
  pieces       integer not null,
  note         text, -- personal: anyone; free text about equipment | texte libre sur un matériel; kept: changed
  archived     integer not null default 0,
  version      integer not null default 1,
  created_at   integer not null,
  constraint closure_id_is_uuid       check (length(id) = 16),
  constraint closure_reason_is_known  check (reason in ('maintenance', 'blackout')),
  constraint closure_days_exist       check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint closure_days_in_order    check (starts_on < ends_on),
  constraint closure_pieces_in_range  check (pieces between 1 and 1000000),
  constraint closure_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create index closure_by_equipment on closure (equipment_id, id);

-- Pieces that are taken from a day to a day, by a loan (its buffers included) or a closure. Whatever is
-- promised is here, and only here do periods meet: a kit takes each of its parts.
create table hold (
  equipment_id blob    not null references equipment (id),
  source_id    blob    not null, -- the loan or closure
  position     integer not null, -- tells apart the holds of one source: pieces may come back on different days
  starts_on    text    not null,
  ends_on      text    not null,
  pieces       integer not null,
  primary key (equipment_id, source_id, position),
  constraint hold_days_exist      check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint hold_days_in_order   check (starts_on < ends_on),
  constraint hold_pieces_in_range check (pieces between 0 and 1000000) -- 0 while pieces are put together again
) strict, without rowid;

create index hold_in_order  on hold (equipment_id, starts_on, ends_on, pieces);
create index hold_by_source on hold (source_id);

-- A kit is held by its parts, never by itself.
create trigger hold_is_of_no_kit before insert on hold
when (select tracking from equipment where id = new.equipment_id) = 'kit'
begin select raise(abort, 'hold_is_of_no_kit'); end;

-- No unit is taken twice. The holds of a unit never overlap, so only the last one that starts before the
-- new end can collide: one look-up, whatever the history.
create trigger hold_unit_free_insert before insert on hold
when (select tracking from equipment where id = new.equipment_id) = 'unit'
 and (select ends_on from hold
      where equipment_id = new.equipment_id and starts_on < new.ends_on
      order by starts_on desc limit 1) > new.starts_on
begin select raise(abort, 'hold_overlap'); end;

create trigger hold_unit_free_update before update on hold
when (select tracking from equipment where id = new.equipment_id) = 'unit'
 and (select ends_on from hold
      where equipment_id = new.equipment_id and starts_on < new.ends_on
        and (source_id, position) <> (old.source_id, old.position)
      order by starts_on desc limit 1) > new.starts_on
begin select raise(abort, 'hold_overlap'); end;

-- No pool gives more than it has: on the first day, and on every day inside on which another hold
-- begins, what is taken and what is asked for stay within the quantity.
create trigger hold_pool_enough_insert before insert on hold
when (select tracking from equipment where id = new.equipment_id) = 'pool'
 and exists (
   select 1 from (
     select new.starts_on as day
     union
     select starts_on from hold
     where equipment_id = new.equipment_id and starts_on > new.starts_on and starts_on < new.ends_on)
   where new.pieces + (
     select ifnull(sum(pieces), 0) from hold
     where equipment_id = new.equipment_id and starts_on <= day and ends_on > day)
     > (select quantity from equipment where id = new.equipment_id))
begin select raise(abort, 'hold_overlap'); end;

create trigger hold_pool_enough_update before update on hold
when (select tracking from equipment where id = new.equipment_id) = 'pool'
 and exists (
   select 1 from (
     select new.starts_on as day
     union
     select starts_on from hold
     where equipment_id = new.equipment_id and starts_on > new.starts_on and starts_on < new.ends_on
       and (source_id, position) <> (old.source_id, old.position))
   where new.pieces + (
     select ifnull(sum(pieces), 0) from hold
     where equipment_id = new.equipment_id and starts_on <= day and ends_on > day
       and (source_id, position) <> (old.source_id, old.position))
     > (select quantity from equipment where id = new.equipment_id))
begin select raise(abort, 'hold_overlap'); end;

-- A pool may shrink only as far as its promises allow.
create trigger equipment_keeps_promises before update of quantity on equipment
when new.quantity < old.quantity and exists (
  select 1 from hold as peak
  where peak.equipment_id = new.id
    and (select sum(pieces) from hold
         where equipment_id = new.id and starts_on <= peak.starts_on and ends_on > peak.starts_on) > new.quantity)
begin select raise(abort, 'equipment_keeps_promises'); end;

-- The ledger ----------------------------------------------------------------------------------------

-- Append-only. A line is a contribution (who gave what to whom), a correction of one, a party's word on
-- one (confirm, contest), a witness's (attest), or the taking back of a word (withdraw). `content` holds
-- the exact bytes that were hashed; `hash` is SHA-256(hash of the line before ‖ content). The other
-- columns repeat `content` so that SQL can read them; `navette verify` proves that they agree. Names and
-- free text enter through `seal` only.
-- `nodes` holds 32 bytes for each subtree of the Merkle tree over all `content` (RFC 9162) that ends
-- with the line and is complete, the leaf first: from them any root and any proof is a few look-ups.
-- Not personal: category, provenance_rule.
create table ledger (
  seq             integer not null primary key,
  id              blob    not null,
  act             text    not null,
  subject         integer references ledger (seq), -- what a correction or a word is about
  kind            text,
  source_kind     text,
  source_id       blob,
  giver_id        blob references structure (id),   -- null: individual volunteers
  receiver_id     blob references structure (id),   -- null: the commons of the cooperation
  cooperation_id  blob references cooperation (id),
  category        text,                             -- category, activity or skill
  occurred_on     text,
  occurred_until  text,
  minutes         integer,                          -- null: not measured, or not this kind's unit
  item_days       integer,
  occasions       integer,
  participants    integer,
  provenance      text,
  provenance_rule text,
  spoken_for      blob references structure (id),   -- the structure that speaks
  -- null: the operator of the machine
  recorded_by     blob references account (id), -- personal: holder; who recorded a line | qui a saisi une ligne; kept: ledger
  recorded_at     integer not null,
  seal            blob,                             -- SHA-256(salt ‖ private content)
  content         blob    not null,
  hash            blob    not null,
  nodes           blob    not null,                 -- Merkle tree: the leaf of the line, and each node that it completes
  constraint ledger_seq_is_positive  check (seq > 0),
  constraint ledger_id_is_uuid       check (length(id) = 16),
  constraint ledger_hash_is_sha256   check (length(hash) = 32 and (seal is null or length(seal) = 32)),
  constraint ledger_nodes_are_sha256 check (length(nodes) >= 32 and length(nodes) % 32 = 0),
  constraint ledger_act_is_known     check (act in ('contribution', 'correction', 'confirm', 'contest', 'attest', 'withdraw')),
  constraint ledger_subject_is_before check ((act = 'contribution') = (subject is null) and subject < seq),
  constraint ledger_flow_is_whole    check (act not in ('contribution', 'correction') or (
    kind in ('equipment', 'premises', 'volunteer_hours', 'skill_by_volunteer', 'skill_by_staff')
    and source_kind in ('loan', 'hours', 'session') and length(source_id) = 16
    and category is not null and occasions is not null
    and provenance in ('measured', 'declared', 'estimated')
    and (receiver_id is not null or cooperation_id is not null))),
  constraint ledger_two_ends         check (giver_id <> receiver_id),
  constraint ledger_rule_is_named    check ((provenance = 'estimated') = (provenance_rule is not null)),
  constraint ledger_days_exist       check (date(occurred_on) is occurred_on and date(occurred_until) is occurred_until),
  constraint ledger_days_in_order    check (occurred_on < occurred_until),
  constraint ledger_only_corrections_take_away check (
    act = 'correction' or (ifnull(minutes, 0) >= 0 and ifnull(item_days, 0) >= 0
                           and ifnull(occasions, 0) >= 0 and ifnull(participants, 0) >= 0))
) strict;

create unique index ledger_id_once  on ledger (id);
create index ledger_by_giver        on ledger (giver_id, seq) where giver_id is not null;
create index ledger_by_receiver     on ledger (receiver_id, seq) where receiver_id is not null;
-- with the days, so that a walk through a period reads no line outside it
create index ledger_by_cooperation  on ledger (cooperation_id, seq, occurred_on, occurred_until) where cooperation_id is not null;
create index ledger_by_period       on ledger (cooperation_id, occurred_on, occurred_until, act, kind) where cooperation_id is not null;
create index ledger_by_source       on ledger (source_id, seq) where source_id is not null;
create index ledger_by_subject      on ledger (subject, seq) where subject is not null;

create trigger ledger_is_never_updated before update on ledger
begin select raise(abort, 'ledger_is_append_only'); end;

create trigger ledger_is_never_deleted before delete on ledger
begin select raise(abort, 'ledger_is_append_only'); end;

-- `replace` would delete in silence where delete triggers are off.
create trigger ledger_is_never_replaced before insert on ledger
when exists (select 1 from ledger where id = new.id)
begin select raise(abort, 'ledger_id_once'); end;

create trigger ledger_has_no_gap before insert on ledger
when new.seq <> (select ifnull(max(seq), 0) + 1 from ledger)
begin select raise(abort, 'ledger_has_no_gap'); end;

-- What a line's seal covers: the person and the free text. Erasure drops the row; the seal stays. Where only the text
-- was erased, the salt went with it: without salt there is no text, and the person is no longer proven.
create table ledger_private (
  seq       integer not null primary key references ledger (seq),
  salt      blob,
  person_id blob references person (id), -- personal: volunteer; their hours and sessions | leurs heures et séances; kept: person
  text      text, -- personal: anyone; note or reason of a line | note ou motif d'une ligne; kept: text
  constraint ledger_private_salt_is_long  check (length(salt) = 16),
  constraint ledger_private_text_is_sealed check (salt is not null or text is null)
) strict;

create index ledger_private_by_person on ledger_private (person_id, seq) where person_id is not null;

-- Where a contribution or correction stands, once somebody has confirmed or contested it.
-- Absent: declared. Kept beside the ledger, recomputed by `navette verify`.
create table standing (
  seq   integer not null primary key references ledger (seq),
  state text    not null,
  constraint standing_is_known check (state in ('declared', 'confirmed', 'contested'))
) strict;

-- Inboxes: each flow in a tray of each party whose word it waits for, or on which an objection stands. Kept in the
-- transaction of each append, recomputed by `navette verify`.
create table inbox (
  owner_id blob    not null, -- a structure, or a cooperation for its commons
  commons  integer not null, -- 1: a cooperation's, read by those who facilitate it
  tray     text    not null,
  seq      integer not null references ledger (seq),
  giver_id blob,             -- of the commons: the structure that gave, and does not speak for them
  primary key (owner_id, commons, tray, seq),
  constraint inbox_commons_is_flag check (commons in (0, 1)),
  constraint inbox_tray_is_known   check (tray in ('waiting', 'contested', 'corrected'))
) strict, without rowid;

-- How many whole days the contributions of two parties took to be confirmed, by structure or cooperation and year.
-- Kept in the transaction of each append, recomputed by `navette verify`.
-- Not personal: side.
create table delay (
  scope blob    not null, -- a structure or a cooperation
  year  integer not null,
  side  text    not null, -- given, received; exchanged for a cooperation
  days  integer not null,
  lines integer not null,
  primary key (scope, year, side, days)
) strict, without rowid;

-- Rollups: sums of the ledger by structure or cooperation, year and one dimension at a time, kept in
-- the transaction of each append, so that a yearly summary costs as much as its answer is long.
-- Not personal: side, dimension, kind, state.
create table tally (
  scope        blob    not null, -- a structure or a cooperation
  year         integer not null,
  side         text    not null, -- given, received; exchanged for a cooperation
  dimension    text    not null, -- month, category, provenance; partner, or giver and receiver
  key          any     not null, -- month 1–12, a word, a structure's id (x'' for nobody in particular)
  kind         text    not null,
  state        text    not null,
  lines        integer not null,
  minutes      integer not null,
  item_days    integer not null,
  occasions    integer not null,
  participants integer not null,
  unmeasured   integer not null, -- lines whose minutes or item-days nobody knows
  primary key (scope, year, side, dimension, key, kind, state)
) strict, without rowid;

-- Who is counted in a structure or a cooperation: a row for each person whom lines that nobody contests name, by year
-- and kind ('any': whatever it was), so that as many rows are as many people. Kept in the transaction of each append,
-- erased with the person, recomputed by `navette verify`.
-- Not personal: kind.
create table person_tally (
  scope     blob    not null, -- the structure that knows the person, or a cooperation
  year      integer not null, -- in which the acts began
  kind      text    not null,
  person_id blob    not null references person (id), -- personal: volunteer; in which years they gave what | en quelles années ils ont donné quoi; kept: person
  lines     integer not null,
  primary key (scope, year, kind, person_id),
  constraint person_tally_counts check (lines > 0)
) strict, without rowid;

create index person_tally_by_person on person_tally (person_id);

-- Loans ---------------------------------------------------------------------------------------------

-- Several things asked for at once: two marquees and forty chairs for one feast. Each is a loan of its own.
create table loan_request (
  id          blob    not null primary key,
  lender_id   blob    not null references structure (id),
  borrower_id blob    not null references structure (id),
  created_at  integer not null,
  constraint loan_request_id_is_uuid check (length(id) = 16)
) strict, without rowid;

-- Equipment made available free of charge by its owner (lender) to another structure (borrower), over
-- [starts_on, ends_on). Without equipment_id it is a loan recorded afterwards of a thing the
-- catalogue does not know; its end may then be unknown.
-- Not personal: kind, category, provenance_rule.
create table loan (
  id                   blob    not null primary key,
  request_id           blob references loan_request (id),
  equipment_id         blob references equipment (id),
  kind                 text,             -- the kind that was asked for
  lender_id            blob    not null references structure (id),
  borrower_id          blob    not null references structure (id),
  cooperation_id       blob references cooperation (id),
  category             text    not null,
  nature               text    not null,
  quantity             integer not null,
  starts_on            text    not null,
  ends_on              text,
  state                text    not null,
  recorded_afterwards  integer not null default 0,
  handed_over_quantity integer not null default 0,
  returned_quantity    integer not null default 0,
  lost_quantity        integer not null default 0,
  reason               text, -- personal: anyone; free text about a loan | texte libre sur un prêt; kept: changed
  note                 text, -- personal: anyone; free text about a loan | texte libre sur un prêt; kept: changed
  provenance           text    not null,
  provenance_rule      text,
  version              integer not null default 1,
  created_at           integer not null,
  constraint loan_id_is_uuid         check (length(id) = 16),
  constraint loan_two_parties        check (lender_id <> borrower_id),
  constraint loan_nature_is_known    check (nature in ('thing', 'premises')),
  constraint loan_quantity_in_range  check (quantity between 1 and 1000000),
  constraint loan_state_is_known     check (state in ('requested', 'approved', 'handed_over', 'returned', 'lost', 'declined', 'cancelled')),
  constraint loan_days_exist         check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint loan_days_in_order      check (starts_on < ends_on),
  constraint loan_end_is_known       check (ends_on is not null or (equipment_id is null and recorded_afterwards = 1)),
  constraint loan_thing_is_known     check (equipment_id is not null or recorded_afterwards = 1),
  constraint loan_pieces_add_up      check (handed_over_quantity between 0 and quantity and returned_quantity >= 0 and lost_quantity >= 0
                                            and returned_quantity + lost_quantity <= handed_over_quantity),
  constraint loan_out_is_counted     check ((state in ('handed_over', 'returned', 'lost')) = (handed_over_quantity > 0)),
  constraint loan_back_is_counted    check (state not in ('returned', 'lost') or returned_quantity + lost_quantity = handed_over_quantity),
  constraint loan_decline_has_reason check (state <> 'declined' or reason is not null),
  constraint loan_provenance_is_known check (provenance in ('measured', 'declared', 'estimated')),
  constraint loan_rule_is_named      check ((provenance = 'estimated') = (provenance_rule is not null)),
  constraint loan_recorded_is_flag   check (recorded_afterwards in (0, 1))
) strict, without rowid;

create index loan_by_request     on loan (request_id, id) where request_id is not null;
create index loan_by_lender      on loan (lender_id, id);
create index loan_by_borrower    on loan (borrower_id, id);
create index loan_by_cooperation on loan (cooperation_id, id) where cooperation_id is not null;
create index loan_by_equipment on loan (equipment_id, id) where equipment_id is not null;
create index loan_out          on loan (equipment_id) where state = 'handed_over';
create index loan_late         on loan (ends_on) where state = 'handed_over';
create index loan_at_lender    on loan (lender_id, state, ends_on);
create index loan_at_borrower  on loan (borrower_id, state, ends_on);

-- What is promised, out or back is held: a loan becomes firm only once the calendar holds its pieces
-- over its whole period, each part of a kit included, and the holds stay as long as the promise does.
create view loan_unheld as
select loan.id as loan_id, loan.state
from loan join equipment_part as need on need.whole_id = loan.equipment_id
where ifnull((
  select sum(pieces) from hold
  where hold.source_id = loan.id and hold.equipment_id = need.part_id and hold.starts_on <= loan.starts_on
    and (hold.ends_on >= loan.ends_on or loan.state in ('handed_over', 'returned', 'lost'))), 0) < need.pieces * loan.quantity;

create trigger loan_begins_unpromised before insert on loan
when new.state <> 'requested'
begin select raise(abort, 'loan_begins_unpromised'); end;

create trigger loan_is_held after update on loan
when new.state in ('approved', 'handed_over', 'returned', 'lost') and new.equipment_id is not null
 and exists (select 1 from loan_unheld where loan_id = new.id)
begin select raise(abort, 'loan_is_held'); end;

create trigger hold_keeps_promises before delete on hold
when old.pieces > 0 and (
     exists (select 1 from loan where id = old.source_id and state in ('approved', 'handed_over', 'returned', 'lost'))
  or exists (select 1 from closure where id = old.source_id and archived = 0))
begin select raise(abort, 'hold_keeps_promises'); end;

-- A unit that is still out cannot be handed over again, even when its loan is overdue.
create trigger loan_unit_out_once before update of state on loan
when new.state = 'handed_over' and old.state <> 'handed_over' and exists (
  select 1 from equipment_part mine
  join equipment part on part.id = mine.part_id and part.tracking = 'unit'
  join equipment_part theirs on theirs.part_id = mine.part_id
  join loan out on out.equipment_id = theirs.whole_id and out.state = 'handed_over' and out.id <> new.id
  where mine.whole_id = new.equipment_id)
begin select raise(abort, 'loan_overlap'); end;

-- A kit stays what it is while it is promised or out.
create trigger kit_keeps_promises_insert before insert on kit_part
when exists (select 1 from loan where equipment_id = new.kit_id and state in ('approved', 'handed_over'))
begin select raise(abort, 'kit_keeps_promises'); end;

create trigger kit_keeps_promises_update before update on kit_part
when exists (select 1 from loan where equipment_id = old.kit_id and state in ('approved', 'handed_over'))
begin select raise(abort, 'kit_keeps_promises'); end;

create trigger kit_keeps_promises_delete before delete on kit_part
when exists (select 1 from loan where equipment_id = old.kit_id and state in ('approved', 'handed_over'))
begin select raise(abort, 'kit_keeps_promises'); end;

-- A loan moves forward, but for a hand-over or a return that was recorded by mistake.
create trigger loan_moves_forward before update of state on loan
when old.state <> new.state and not (
     (old.state = 'requested'           and new.state in ('approved', 'declined', 'cancelled'))
  or (old.state = 'requested'           and new.state = 'returned' and new.recorded_afterwards = 1)
  or (old.state = 'approved'            and new.state in ('handed_over', 'cancelled'))
  or (old.state = 'handed_over'         and new.state in ('returned', 'lost', 'approved'))
  or (old.state in ('returned', 'lost') and new.state = 'handed_over' and new.recorded_afterwards = 0))
begin select raise(abort, 'loan_moves_forward'); end;

-- Pieces that left, came back or were lost, each time. What was recorded by mistake is marked, not removed.
create table loan_movement (
  loan_id         blob    not null references loan (id),
  position        integer not null,
  what            text    not null,
  day             text,             -- null: nobody knows when it came back
  pieces          integer not null,
  condition       text, -- personal: anyone; free text about a loan | texte libre sur un prêt; kept: changed
  contribution_id blob,             -- of a return or a loss: its line of the ledger
  recorded_at     integer not null,
  undone_at       integer,
  primary key (loan_id, position),
  constraint movement_is_known        check (what in ('hand_over', 'return', 'loss')),
  constraint movement_day_exists      check (date(day) is day),
  constraint movement_pieces_in_range check (pieces between 1 and 1000000),
  constraint movement_is_in_ledger    check ((what = 'hand_over') = (contribution_id is null))
) strict, without rowid;

create trigger movement_is_never_deleted before delete on loan_movement
begin select raise(abort, 'movement_is_kept'); end;

-- Feeds ---------------------------------------------------------------------------------------------

-- A calendar of loans behind a secret address, for whoever was told it: of a structure, or of one thing of
-- its. Only the SHA-256 of the secret is kept. Revoked is archived, and that is for ever.
create table feed (
  id           blob    not null primary key,
  structure_id blob    not null references structure (id),
  equipment_id blob    references equipment (id),
  digest       blob    not null,
  archived     integer not null default 0,
  version      integer not null default 1,
  created_at   integer not null,
  constraint feed_id_is_uuid       check (length(id) = 16),
  constraint feed_digest_is_sha256 check (length(digest) = 32),
  constraint feed_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create unique index feed_digest_once on feed (digest);
create index feed_by_structure on feed (structure_id, id);

create trigger feed_stays_revoked before update on feed
when old.archived = 1 and new.archived = 0
begin select raise(abort, 'feed_stays_revoked'); end;

-- The loan desk -------------------------------------------------------------------------------------

-- That a loan was out past its end is a fact with its instant, for the law gives it effects: it stays, even
-- once all is back or the end was moved.
create table overdue (
  loan_id  blob    not null references loan (id),
  since    text    not null, -- the first day on which it was late: the day after its `until`
  noted_at integer not null,
  primary key (loan_id, since),
  constraint overdue_day_exists check (date(since) is since)
) strict, without rowid;

create trigger overdue_is_never_updated before update on overdue
begin select raise(abort, 'overdue_is_kept'); end;

create trigger overdue_is_never_deleted before delete on overdue
begin select raise(abort, 'overdue_is_kept'); end;

-- Where a structure's messages are sent. One address at a time: what a second one would need to be told is in the list.
-- Not personal: url.
create table webhook (
  id           blob    not null primary key,
  structure_id blob    not null references structure (id),
  url          text    not null,
  key          blob    not null, -- signs each message; zeros once it is archived
  archived     integer not null default 0,
  version      integer not null default 1,
  created_at   integer not null,
  constraint webhook_id_is_uuid       check (length(id) = 16),
  constraint webhook_url_is_short     check (length(url) between 1 and 500),
  constraint webhook_key_is_long      check (length(key) = 32),
  constraint webhook_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create unique index webhook_once on webhook (structure_id) where archived = 0;
create index webhook_by_structure on webhook (structure_id, id);

create trigger webhook_stays_archived before update on webhook
when old.archived = 1 and new.archived = 0
begin select raise(abort, 'webhook_stays_archived'); end;

-- What each party of a loan is told, written in the transaction of what happened. With a webhook it is sent until it is
-- taken or given up; without one it only stands here.
-- Not personal: kind, payload.
create table outbox (
  seq          integer not null primary key,
  id           blob    not null,
  structure_id blob    not null references structure (id),
  loan_id      blob    not null references loan (id),
  kind         text    not null,
  version      integer not null, -- of the loan
  payload      text    not null,
  created_at   integer not null,
  next_try_at  integer,
  tries        integer not null default 0,
  delivered_at integer,
  given_up_at  integer,
  constraint outbox_id_is_uuid      check (length(id) = 16),
  constraint outbox_payload_is_json check (json_valid(payload)),
  constraint outbox_ends_once       check ((delivered_at is not null) + (given_up_at is not null) + (next_try_at is not null) <= 1)
) strict;

create unique index outbox_id_once on outbox (id);
create unique index outbox_once    on outbox (structure_id, loan_id, kind, version);
create index outbox_by_structure   on outbox (structure_id, seq);
create index outbox_by_loan        on outbox (loan_id, kind);
create index outbox_waiting        on outbox (next_try_at) where next_try_at is not null;

-- Volunteer hours -----------------------------------------------------------------------------------

-- One entry of hours; everything but the head-count is on its line of the ledger.
create table hours (
  id         blob    not null primary key,
  seq        integer not null references ledger (seq),
  head_count integer not null,
  constraint hours_id_is_uuid            check (length(id) = 16),
  constraint hours_head_count_in_range   check (head_count between 1 and 10000)
) strict, without rowid;

create unique index hours_line_once on hours (seq);

-- Attestations --------------------------------------------------------------------------------------

-- An attestation of volunteering that was printed. Whoever holds the paper has it checked by its code, of which only the
-- SHA-256 is kept; so is one of the code and of what was printed, which says nothing without the code. Once the person
-- is erased the row names nobody, and the paper stays good. Revoked is archived, and that is for ever.
create table attestation (
  id           blob    not null primary key,
  structure_id blob    not null references structure (id),
  person_id    blob references person (id), -- personal: volunteer; that they were given an attestation | qu'une attestation leur a été remise; kept: person
  starts_on    text, -- personal: volunteer; first day of an attestation | premier jour d'une attestation; kept: person
  ends_on      text, -- personal: volunteer; end of an attestation | fin d'une attestation; kept: person
  digest       blob    not null, -- of the code
  facts        blob    not null, -- of the code and what is printed beside it
  archived     integer not null default 0,
  version      integer not null default 1,
  created_at   integer not null,
  constraint attestation_id_is_uuid       check (length(id) = 16),
  constraint attestation_days_exist       check (date(starts_on) is starts_on and date(ends_on) is ends_on),
  constraint attestation_days_in_order    check (starts_on < ends_on),
  constraint attestation_of_nobody_is_bare check ((person_id is null) = (starts_on is null) and (person_id is null) = (ends_on is null)),
  constraint attestation_digest_is_sha256 check (length(digest) = 32 and length(facts) = 32),
  constraint attestation_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create unique index attestation_digest_once on attestation (digest);
create index attestation_by_person on attestation (person_id, id) where person_id is not null;

create trigger attestation_stays_revoked before update on attestation
when old.archived = 1 and new.archived = 0
begin select raise(abort, 'attestation_stays_revoked'); end;

-- Skills, needs, skill sessions ---------------------------------------------------------------------

-- What a structure or a person can pass on (an offer), or its mirror (a need).
-- Not personal: name.
create table skill (
  id           blob    not null primary key,
  side         text    not null,
  structure_id blob    not null references structure (id),
  person_id    blob references person (id), -- personal: volunteer; skills they offer | compétences proposées; kept: person
  name         text    not null,
  description  text, -- personal: anyone; free text about a skill | texte libre sur une compétence; kept: changed
  archived     integer not null default 0,
  version      integer not null default 1,
  created_at   integer not null,
  constraint skill_id_is_uuid       check (length(id) = 16),
  constraint skill_side_is_known    check (side in ('offer', 'need')),
  constraint skill_archived_is_flag check (archived in (0, 1))
) strict, without rowid;

create index skill_by_structure on skill (structure_id, side, id);

-- One occasion on which a skill was passed on. Its receivers are its lines of the ledger.
-- Not personal: skill.
create table skill_session (
  id              blob    not null primary key,
  giver_id        blob    not null references structure (id),
  cooperation_id  blob references cooperation (id),
  skill_id        blob references skill (id),
  skill           text    not null,
  taught_by       text    not null,
  day             text    not null,
  minutes         integer,
  created_at      integer not null,
  constraint skill_session_id_is_uuid        check (length(id) = 16),
  constraint skill_session_teacher_is_known  check (taught_by in ('volunteer', 'staff')),
  constraint skill_session_day_exists        check (date(day) is day),
  constraint skill_session_minutes_in_range  check (minutes between 1 and 100000)
) strict, without rowid;

create index skill_session_by_giver       on skill_session (giver_id, id);
create index skill_session_by_cooperation on skill_session (cooperation_id, id) where cooperation_id is not null;

-- Valuation grids -----------------------------------------------------------------------------------

-- Dated rates that turn quantities into euros or points: of a structure or of a cooperation. A draft may change; once
-- it is approved it is frozen, and a new version is a new grid that names the one before.
-- Not personal: name, source, approved_by, reference.
create table grid (
  id             blob    not null primary key,
  structure_id   blob    references structure (id),
  cooperation_id blob    references cooperation (id),
  name           text    not null,
  unit           text    not null,
  method         text    not null,
  source         text    not null,
  replaces       blob    references grid (id),
  approved_by    text,             -- the body that did; null: a draft
  approved_on    text,
  reference      text,
  digest         blob,             -- SHA-256 of what was approved, by which statements cite it
  archived       integer not null default 0,
  version        integer not null default 1,
  created_at     integer not null,
  constraint grid_id_is_uuid         check (length(id) = 16),
  constraint grid_is_of_one          check ((structure_id is null) <> (cooperation_id is null)),
  constraint grid_name_is_short      check (length(name) between 1 and 200),
  constraint grid_unit_is_known      check (unit in ('euro', 'points')),
  constraint grid_method_is_known    check (method in ('smic', 'smic_coefficient', 'collective_agreement', 'replacement_cost',
                                                       'employer_cost', 'market_rent', 'depreciation', 'points', 'description_only')),
  constraint grid_day_exists         check (date(approved_on) is approved_on),
  constraint grid_is_approved_whole  check ((approved_by is null) = (approved_on is null)
                                            and (approved_by is null) = (reference is null)
                                            and (approved_by is null) = (digest is null)),
  constraint grid_digest_is_sha256   check (length(digest) = 32),
  constraint grid_archived_is_flag   check (archived in (0, 1))
) strict, without rowid;

create index grid_by_structure   on grid (structure_id, id) where structure_id is not null;
create index grid_by_cooperation on grid (cooperation_id, id) where cooperation_id is not null;

create trigger grid_is_frozen before update on grid
when old.approved_on is not null and (
  new.id, new.structure_id, new.cooperation_id, new.name, new.unit, new.method, new.source, new.replaces,
  new.approved_by, new.approved_on, new.reference, new.digest) is not (
  old.id, old.structure_id, old.cooperation_id, old.name, old.unit, old.method, old.source, old.replaces,
  old.approved_by, old.approved_on, old.reference, old.digest)
begin select raise(abort, 'grid_is_frozen'); end;

create trigger grid_is_never_deleted before delete on grid
begin select raise(abort, 'grid_is_kept'); end;

-- What one kind, or one category of it, is worth from a day on. Amounts in cents or hundredths of points, coefficients
-- in thousandths of the SMIC.
-- Not personal: category, source.
create table grid_rate (
  grid_id     blob    not null references grid (id),
  position    integer not null,
  kind        text    not null,
  category    text,
  starts_on   text    not null,
  per         text    not null,
  method      text,
  source      text,
  amount      integer,
  coefficient integer,
  primary key (grid_id, position),
  constraint rate_day_exists              check (date(starts_on) is starts_on),
  constraint rate_kind_is_known           check (kind in ('equipment', 'premises', 'volunteer_hours', 'skill_by_volunteer', 'skill_by_staff')),
  constraint rate_method_is_known         check (method in ('smic', 'smic_coefficient', 'collective_agreement', 'replacement_cost',
                                                            'employer_cost', 'market_rent', 'depreciation', 'points', 'description_only')),
  constraint rate_per_is_known            check (per in ('hour', 'item_day', 'occasion')),
  constraint rate_amount_in_range         check (amount between 0 and 1000000),
  constraint rate_coefficient_in_range    check (coefficient between 1 and 100000)
) strict, without rowid;

create trigger grid_rate_is_frozen_insert before insert on grid_rate
when (select approved_on from grid where id = new.grid_id) is not null
begin select raise(abort, 'grid_is_frozen'); end;

create trigger grid_rate_is_frozen_update before update on grid_rate
when (select approved_on from grid where id = old.grid_id) is not null
begin select raise(abort, 'grid_is_frozen'); end;

create trigger grid_rate_is_frozen_delete before delete on grid_rate
when (select approved_on from grid where id = old.grid_id) is not null
begin select raise(abort, 'grid_is_frozen'); end;

-- Accounts ------------------------------------------------------------------------------------------

-- What a structure plans to receive in kind in a year, in whole euros, by the lines of class 8: how it is used, and
-- what it is. What was received is not here: it is worked out from the ledger.
create table budget (
  structure_id  blob    not null references structure (id),
  year          integer not null,
  aid           integer not null, -- 860 of the form
  goods         integer not null, -- 861
  services_used integer not null, -- 862
  volunteers    integer not null, -- 864
  volunteering  integer not null, -- 870
  services      integer not null, -- 871
  gifts         integer not null, -- 875
  version       integer not null default 1,
  primary key (structure_id, year),
  constraint budget_year_is_possible check (year between 2000 and 2100),
  constraint budget_is_in_range      check (min(aid, goods, services_used, volunteers, volunteering, services, gifts) >= 0
    and max(aid, goods, services_used, volunteers, volunteering, services, gifts) <= 1000000000),
  constraint budget_is_balanced      check (aid + goods + services_used + volunteers = volunteering + services + gifts)
) strict, without rowid;
-- Files of accounting entries -----------------------------------------------------------------------

-- The journal of exports to the accounts (FEC): what was handed out, for ever. A reversal is an export that takes
-- another back; what was taken back may be exported again.
create table fec_export (
  id           blob    not null primary key,
  structure_id blob    not null references structure (id),
  number       integer not null, -- 1, 2, 3 … within the structure
  year         integer not null,
  grid_id      blob    not null references grid (id),
  chart        text    not null,
  again        integer not null, -- 1: it may contain what an earlier export contains
  reverses     blob    references fec_export (id),
  siren        text    not null, -- personal: contact; number that named the file, which may be a farmer's | numéro qui nommait le fichier, qui peut être celui d'un exploitant; kept: structure
  ledger_seq   integer not null, -- lines of the ledger at that moment
  entries      integer not null,
  cents        integer not null, -- the sum of all debits, and of all credits
  digest       blob    not null, -- SHA-256 of the file
  created_at   integer not null,
  constraint fec_export_id_is_uuid        check (length(id) = 16),
  constraint fec_export_siren_is_digits   check (length(siren) = 9 and siren not glob '*[^0-9]*'),
  constraint fec_export_chart_is_known    check (chart in ('pca1999', 'pca2018', 'pca2025', 'cerfa')),
  constraint fec_export_again_is_flag     check (again in (0, 1)),
  constraint fec_export_has_entries       check (entries > 0),
  constraint fec_export_digest_is_sha256  check (length(digest) = 32)
) strict, without rowid;

create unique index fec_export_number_once  on fec_export (structure_id, number);
create unique index fec_export_reversed_once on fec_export (reverses) where reverses is not null;

create trigger fec_export_is_never_updated before update on fec_export
begin select raise(abort, 'fec_export_is_append_only'); end;

create trigger fec_export_is_never_deleted before delete on fec_export
begin select raise(abort, 'fec_export_is_append_only'); end;

-- Which lines of the ledger an export contains. A reversal contains those of the export that it takes back.
create table fec_line (
  export_id blob    not null references fec_export (id),
  seq       integer not null references ledger (seq),
  primary key (export_id, seq)
) strict, without rowid;

create index fec_line_by_seq on fec_line (seq);

create trigger fec_line_is_never_updated before update on fec_line
begin select raise(abort, 'fec_export_is_append_only'); end;

create trigger fec_line_is_never_deleted before delete on fec_line
begin select raise(abort, 'fec_export_is_append_only'); end;
