/** The line that tells editors which schema a file has; `up` leads from the file to the lake's root. */
const modeline = (up: string, kind: string): string =>
  `# yaml-language-server: $schema=${up}.edl/schemas/${kind}.schema.json\n`;

const LAKE = `${modeline('./', 'lake')}# This file makes the folder a lake. Everything in it is checked by: edl validate

# The first part of every bucket's name. Buckets cannot be renamed, so choose it once.
organization: my-company
homeRegion: eu-west-1

# An instance is one whole lake in one AWS account. Put your account's number here, in quotes.
instances:
  dev01: { account: '111111111111', regions: [eu-west-1] }

# Tiers say how confidential data is, and what that means for access.
tiers:
  # Everybody in the account may take a role that reads all of it.
  internal:
    defaultRole: true
    metadata: open
  # A limited group: grants need the owner's approval and end after a year at most.
  restricted:
    approvals: [owner]
    maxGrant: 365d
    metadata: open
  # Need to know: two approvals, a reason, three months at most, and every dataset by its name.
  sensitive:
    approvals: [owner, security]
    maxGrant: 90d
    reason: required
    selectors: forbidden
    metadata: exact

# Who approves where a tier asks for security.
security: team:data-office

# Rules on who may hold what, whatever grants say. validate and plan judge them.
# rules:
#   - name: payroll-apart-from-sales
#     apart:
#       - { dataset: payroll, level: read }
#       - { domain: sales, level: write }
#     reason: Whoever sees salaries and enters sales could hide a payment in them
#   - name: services-stay-out-of-sensitive
#     forbid: { kinds: [service], tier: sensitive, level: read }
#     reason: Programs get extracts, not records
`;

const TEAM = `${modeline('../../', 'principal')}# A principal works under one role in each instance, which holds everything it was granted.
# Instead of team: there are user: and service:
team: data-office
description: Looks after the lake

# Who is behind the name. This gives no access by itself.
members: [ada@my-company.example]

# Who may take the role. {account} is the account of the instance.
assumedBy:
  - arn: arn:aws:iam::{account}:role/data-office
`;

const DATASET = `${modeline('../../', 'dataset')}# A dataset is a folder in the bucket of its tier. Its name is never reused and never renamed.
name: office-locations
tier: internal
owner: team:data-office
description: Addresses of all offices
domain: facilities

# snapshot: each update holds everything. delta: each update holds what changed.
updates: { kind: snapshot }

# Tables appear in Athena as <dataset>__<table>, here office_locations__offices. Leave them out for files only.
tables:
  - name: offices
    description: One row an office
    columns:
      - { name: office_id, type: string }
      - { name: city, type: string }
      - { name: opened_on, type: date }
`;

const GRANT = `${modeline('../../', 'grant')}# A grant says what one principal may do, and why. Adding a line here, in a pull request, is how access is asked for.
principal: team:data-office
reason: Maintains the list of offices
access:
  # Levels: discover, read, read-raw, write, admin (all of them).
  - { dataset: office-locations, level: admin }
  # A selector means all datasets that meet it, also those that come later:
  # - { select: { tier: internal, domain: facilities }, level: read, instances: [dev01] }
  # In tiers with maxGrant, access needs an end:
  # - { dataset: some-restricted-dataset, level: read, expires: 2027-06-30 }
`;

/** The files of a minimal lake, by path. Their comments are the first lesson, so keep them short and true. */
export const MINIMAL_LAKE: Readonly<Record<string, string>> = {
  'lake.yaml': LAKE,
  'catalog/principals/data-office.yaml': TEAM,
  'catalog/datasets/office-locations.yaml': DATASET,
  'catalog/grants/data-office-locations.yaml': GRANT,
};
