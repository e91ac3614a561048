import { type Case, cause, type Cause, listed, type Rule } from './cause.ts';
import { namesOf } from './names.ts';

const SESSION =
  'AWS did not accept the credentials themselves: the session has ended or its keys are not valid. No grant is missing.';

const ENCODED = {
  title: 'Decode the message (needs sts:DecodeAuthorizationMessage); the answer names action, resource and statement',
  language: 'sh',
  text: "aws sts decode-authorization-message --encoded-message 'PASTE' --query DecodedMessage --output text",
} as const;

const absent = ({ place, catalog, dataset, nearest }: Case): Cause => {
  const guess =
    dataset === undefined && place.dataset !== undefined
      ? nearest(
          place.dataset,
          catalog.datasets.map(({ name }) => name),
        )
      : undefined;
  const what = place.dataset === undefined ? 'It' : `The dataset ${place.dataset}`;
  const known =
    dataset === undefined
      ? place.dataset === undefined
        ? []
        : [`The catalog has no dataset ${place.dataset}${guess === undefined ? '' : `; did you mean ${guess}?`}`]
      : [`${what} is in the catalog, so check instance, region and the table's name`];
  return cause(
    'not-a-denial',
    'certain',
    'This is not a denial: AWS says that the thing does not exist under that name, in that account and region.',
    {
      evidence: known.map((text) => ({ text })),
      steps: [
        'Check the name and the region of your client; tables are called <dataset>__<table> in the database edl_<instance>_<tier>, with _ for -.',
        'If it was added a moment ago, it is there after the next apply: edl plan',
      ],
    },
  );
};

/** Texts that are no denial by a policy, or hide what was denied. */
export const signRule: Rule = (one) => {
  const { signs, action, service } = one.denial;
  if (signs.includes('not-found')) return [absent(one)];
  if (signs.includes('session-ended'))
    return [
      cause('session-ended', 'certain', SESSION, {
        steps: [
          'Sign in again (aws sso login, or a new assume-role), and see who you are: aws sts get-caller-identity',
        ],
      }),
    ];
  if (signs.includes('lake-formation') || service === 'lakeformation')
    return [
      cause(
        'lake-formation',
        'certain',
        'AWS Lake Formation refused it, not IAM: the account does not use “only IAM access control” for this database or table.',
        {
          steps: [
            'Ask whoever administers Lake Formation in the account to give IAMAllowedPrincipals back on the lake’s databases and tables; EDL makes no grants in Lake Formation.',
          ],
        },
      ),
    ];
  return signs.includes('encoded') && action === undefined
    ? [
        cause('encoded', 'certain', 'The message hides what was denied; AWS decodes it for who has the permission.', {
          steps: ['Run edl why-denied again with what it says under action and resource.'],
          snippets: [ENCODED],
        }),
      ]
    : [];
};

const foreignText = ({ place, denial }: Case): string | undefined => {
  if (place.foreign !== undefined)
    return `${denial.service === 'glue' ? 'The database' : 'The bucket'} ${place.foreign}`;
  const { service = '' } = denial;
  const isOther = service !== '' && !['s3', 'glue', 'athena', 'kms', 'sts', 'iam'].includes(service);
  return isOther ? `The service ${service}` : undefined;
};

/** A bucket that is called like ours but is not one of ours: a part of its name is wrong. */
const misnamed = ({ place, catalog, nearest }: Case): readonly Cause[] => {
  const name = place.foreign ?? '';
  if (!name.startsWith(`${catalog.lake.organization}-datalake-`)) return [];
  const buckets = [...namesOf(catalog).buckets.keys()];
  const guess = nearest(name, buckets);
  const instances = catalog.lake.instances.map((instance) => `${instance.name} (${listed(instance.regions)})`);
  return [
    cause(
      'no-such-bucket',
      'certain',
      `The lake has no bucket ${name}${guess === undefined ? '.' : `; did you mean ${guess}?`}`,
      {
        evidence: [{ text: `Instances and their regions: ${listed(instances)}`, ...placeOfLake(catalog) }],
        steps: ['Data buckets are called <organization>-datalake-<instance>-<tier>-<region>.'],
      },
    ),
  ];
};

const placeOfLake = ({ lake }: Case['catalog']): { readonly file: string; readonly line: number } => ({
  file: lake.declaredIn.file,
  line: lake.declaredIn.line,
});

/** Buckets, databases and services that are none of the lake's. */
export const foreignRule: Rule = (one) => {
  const foreign = foreignText(one);
  if (foreign === undefined) return [];
  const wrong = misnamed(one);
  if (wrong.length > 0) return wrong;
  const { role } = one.who;
  const reach =
    role === undefined
      ? `${foreign} is not of this lake, so nothing in this catalog decides about it.`
      : `${foreign} is not of this lake, and the lake’s roles reach the lake alone: ${role.name} cannot be given access to it.`;
  return [
    cause('not-of-this-lake', 'certain', reach, {
      steps: [
        role === undefined
          ? 'Ask whoever owns it. If it is a dataset of this lake under another name, say which with --on.'
          : 'Use your own role for it, not the lake’s; copy what the lake should hold through a drop bucket.',
      ],
    }),
  ];
};
