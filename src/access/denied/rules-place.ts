import { dataBucket } from '../../reconciler/model/names.ts';
import { isRetired, regionsOf } from '../../reconciler/model/instance.ts';
import { type Case, cause, type Evidence, listed, type Rule } from './cause.ts';
import { actionOf } from './need.ts';

const declaredAt = (text: string, at: { readonly file: string; readonly line: number }): Evidence => ({
  text,
  file: at.file,
  line: at.line,
});

/** Listing is given with a prefix; the root of a bucket shows what others have. */
export const listingRule: Rule = ({ denial, place, who, catalog, instance, tier }) => {
  const action = actionOf(denial, place);
  const isList = /^s3:ListBucket$/i.test(action ?? '');
  if (!isList || place.bucket?.use !== 'data' || (place.part !== 'root' && place.part !== 'folder')) return [];
  const folder = place.dataset ?? 'DATASET';
  const level = place.part === 'folder' ? 'data/ and raw/ apart' : 'the folders of datasets';
  return [
    cause(
      'listing-without-prefix',
      place.part === 'folder' ? 'certain' : 'likely',
      `A bucket of the lake cannot be listed from its root: listing is allowed with a prefix under a granted dataset’s data/ or raw/, so list ${level}.`,
      {
        evidence: [
          {
            text: 'AWS does not tell the prefix in this message; with one under a granted dataset it would be allowed',
          },
        ],
        steps: [
          `List like this, with the slash at the end: aws s3 ls s3://${place.bucket.name}/${folder}/data/`,
          ...(place.dataset === undefined
            ? [
                `If you did name a dataset, say which with --on, and this looks at the grants of ${who.holder ?? 'your principal'}.`,
                ...heldIn({ catalog, who, tier: tier?.name, instance: instance?.name }),
              ]
            : []),
        ],
      },
    ),
  ];
};

const heldIn = ({
  catalog,
  tier,
  instance,
}: {
  catalog: Case['catalog'];
  who: Case['who'];
  tier: string | undefined;
  instance: string | undefined;
}): readonly string[] => {
  const names = catalog.datasets
    .filter((dataset) => dataset.tier === tier && (instance === undefined || dataset.instances.includes(instance)))
    .map(({ name }) => name);
  return names.length === 0 || names.length > 12 ? [] : [`Datasets of this tier here: ${listed(names)}.`];
};

/** Everything of a dataset is under `data/` and `raw/`. */
export const folderRule: Rule = ({ place, dataset, denial }) => {
  if (place.bucket?.use !== 'data' || place.part !== 'other' || dataset === undefined) return [];
  if (/^s3:ListBucket$/i.test(denial.action ?? '') && place.bucket.key.split('/').length < 2) return [];
  return [
    cause(
      'outside-folders',
      'certain',
      `s3://${place.bucket.name}/${place.bucket.key} is outside ${dataset.name}/data/ and ${dataset.name}/raw/, which is all that any level opens.`,
      {
        steps: [
          `Published files are at s3://${place.bucket.name}/${dataset.name}/data/<update>/…, originals at …/raw/<update>/…`,
        ],
      },
    ),
  ];
};

/** Nobody reads drop and artifacts buckets: they are for handing in, and for jobs. */
export const otherBucketRule: Rule = ({ place, denial, level }) => {
  const { bucket } = place;
  if (bucket === undefined || bucket.use === 'data' || level !== undefined) return [];
  return [
    cause(
      'outside-folders',
      'certain',
      bucket.use === 'drop'
        ? `${bucket.name} is a drop bucket: files go in and are read by the ingest alone, so ${actionOf(denial, place) ?? 'this'} is given to nobody.`
        : `${bucket.name} holds what jobs run; people have no access to it.`,
      {
        steps:
          bucket.use === 'drop'
            ? ['What was ingested is in the data bucket of the tier, under <dataset>/raw/; read-raw opens it.']
            : ['The code of a pipeline is in git, in its folder under pipelines/.'],
      },
    ),
  ];
};

/** A name that the catalog does not have. */
export const unknownDatasetRule: Rule = ({ place, dataset, catalog, nearest }) => {
  if (place.dataset === undefined || dataset !== undefined) return [];
  const guess = nearest(
    place.dataset,
    catalog.datasets.map(({ name }) => name),
  );
  return [
    cause(
      'unknown-dataset',
      'certain',
      `The catalog has no dataset ${place.dataset}${guess === undefined ? '' : `; did you mean ${guess}?`}${guess === undefined ? '.' : ''}`,
      {
        evidence:
          guess === undefined
            ? []
            : catalog.datasets
                .filter(({ name }) => name === guess)
                .map(({ declaredIn }) => declaredAt(`${guess} is declared`, declaredIn)),
        steps: [
          'Check the spelling: the first folder in the bucket is the dataset’s name, and in table names - becomes _.',
        ],
      },
    ),
  ];
};

/** A dataset of one tier looked for in the bucket or database of another. */
export const tierRule: Rule = ({ place, dataset, catalog, instance }) => {
  if (dataset === undefined || place.tier === undefined || place.tier === dataset.tier) return [];
  const region = place.region ?? dataset.regions[0] ?? catalog.lake.homeRegion;
  const bucket = dataBucket(catalog.lake.organization, instance?.name ?? 'INSTANCE', dataset.tier, region);
  return [
    cause(
      'wrong-tier',
      'certain',
      `${dataset.name} is in tier ${dataset.tier}, not in ${place.tier}: it is in another bucket and database.`,
      {
        evidence: [declaredAt(`${dataset.name} is declared ${dataset.tier}`, dataset.declaredIn)],
        steps: [
          `Use s3://${bucket}/${dataset.name}/data/ and the database edl_${instance?.name ?? 'INSTANCE'}_${dataset.tier}.`,
        ],
      },
    ),
  ];
};

/** A dataset that has left, that this instance does not have, or that is in other regions. */
export const presenceRule: Rule = ({ dataset, instance, place, asOf }) => {
  if (dataset === undefined) return [];
  const evidence = [declaredAt(`${dataset.name} is declared`, dataset.declaredIn)];
  if (isRetired(dataset, asOf))
    return [
      cause(
        'dataset-retired',
        'certain',
        `${dataset.name} was retired on ${dataset.retired?.on ?? ''}: its grants have ended, its tables are gone, its files stay.`,
        {
          evidence: [...evidence, { text: `The reason given is: ${dataset.retired?.reason ?? ''}` }],
          steps: [`Use what took its place; ask its owner, ${dataset.owner}.`],
        },
      ),
    ];
  if (instance === undefined) return [];
  const regions = regionsOf(dataset, instance);
  if (regions.length === 0)
    return [
      cause(
        'not-in-instance',
        'certain',
        `Instance ${instance.name} does not have ${dataset.name}; it is in ${listed(dataset.instances)}.`,
        {
          evidence,
          steps: [
            `Ask for it where it is, or ask its owner, ${dataset.owner}, to add ${instance.name} under instances.`,
          ],
        },
      ),
    ];
  if (place.region === undefined || regions.includes(place.region)) return [];
  return [
    cause(
      'not-in-region',
      'certain',
      `${dataset.name} is not in ${place.region}; in ${instance.name} it is in ${listed(regions)}.`,
      {
        evidence,
        steps: [`Use the bucket and the region of ${regions[0] ?? ''}.`],
      },
    ),
  ];
};
