import type { Dataset, Pipeline } from '../../reconciler/model/catalog.ts';
import { homeRegionOf } from '../../reconciler/model/instance.ts';
import { isJsonArray, type Json, type JsonObject, objectOf, textOf } from '../../reconciler/model/json.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Decision, RequestContext } from '../evaluate/types.ts';
import { ordinaryContext, worldOf } from '../held/world.ts';
import { proposeUse } from '../proposals/pipeline.ts';
import type { Proposal } from '../proposals/proposal.ts';
import { type Case, cause, type Cause, type Evidence, listed, type Rule } from './cause.ts';
import { actionOf, isWrite } from './need.ts';
import type { DenyingPolicy } from './types.ts';

const OTHERS: Partial<Record<DenyingPolicy, readonly [what: string, who: string]>> = {
  'service-control': ['a service control policy of your AWS organisation', 'whoever administers AWS Organizations'],
  'resource-control': ['a resource control policy of your AWS organisation', 'whoever administers AWS Organizations'],
  'vpc-endpoint': [
    'the policy of the VPC endpoint that the request went through',
    'whoever runs the network of that VPC',
  ],
  session: [
    'a policy of the session itself, given by whoever started it,',
    'whoever started the session: the tool, the broker or the script that called sts:AssumeRole',
  ],
};

const named = (arn: string | undefined): readonly Evidence[] =>
  arn === undefined ? [] : [{ text: `AWS names the policy: ${arn}` }];

/** Policies that are not of this lake: it neither wrote nor can change them. */
export const othersRule: Rule = ({ denial }) => {
  const { why } = denial;
  const [what, who] = (why === undefined ? undefined : OTHERS[why.policy]) ?? [];
  if (why === undefined || what === undefined || who === undefined) return [];
  const verb = why.kind === 'explicit' ? 'forbids it' : 'does not allow it';
  return [
    cause('policy-of-others', 'certain', `The lake did not refuse this: ${what} ${verb}.`, {
      evidence: named(why.policyArn),
      steps: [`Ask ${who}, with the whole message.`, 'A grant in this catalog cannot lift it.'],
    }),
  ];
};

const boundaryAnswer = ({ catalog, documents, instance, who, denial, place, asOf }: Case): Decision | undefined => {
  const action = actionOf(denial, place);
  if (documents?.boundary === undefined || who.role === undefined || action === undefined || instance === undefined)
    return undefined;
  const resource =
    denial.resource ?? (place.bucket === undefined ? '*' : `arn:aws:s3:::${place.bucket.name}/${place.bucket.key}`);
  const boundary = { identity: [{ name: 'boundary', document: documents.boundary }] };
  const region = place.region ?? homeRegionOf(catalog.lake, instance);
  const context = ordinaryContext(worldOf(catalog, instance.name, asOf), region);
  return evaluate(boundary, { principalArn: who.role.arn, action, resource, context, at: asOf });
};

/** The boundary in the account is not, or may not be, the one that git compiles to. */
const driftedBoundary = ({ denial }: Case, name: string, { answer, reason }: Decision): Cause =>
  cause(
    'boundary',
    'likely',
    answer === 'allowed'
      ? 'The permissions boundary that EDL compiles allows this, so the one in the account is an older or another one.'
      : `A permissions boundary refused it, and the one that EDL compiles may allow it, which hangs on what the message does not tell: ${reason}.`,
    {
      evidence: named(denial.why?.policyArn),
      steps: [
        `See what differs: edl verify --live --instance ${name}`,
        'Apply what git says, or undo what was changed by hand.',
      ],
    },
  );

const foreignBoundary = ({ denial }: Case): Cause =>
  cause(
    'boundary',
    'certain',
    'A permissions boundary of the caller does not allow it; the caller is no role of the lake, so the boundary is not the lake’s.',
    {
      evidence: named(denial.why?.policyArn),
      steps: ['Take the role of the lake, or ask whoever manages the caller’s role.'],
    },
  );

/** Every role of the lake carries one boundary, which holds exactly what levels are made of. Certain only where it was asked. */
export const boundaryRule: Rule = (one) => {
  if (one.denial.why?.policy !== 'boundary') return [];
  const { role } = one.who;
  if (role === undefined) return [foreignBoundary(one)];
  const decision = boundaryAnswer(one);
  if (decision !== undefined && decision.answer !== 'denied') return [driftedBoundary(one, role.instance, decision)];
  const isOurs = one.place.bucket !== undefined || one.place.tier !== undefined;
  return [
    cause(
      'boundary',
      decision === undefined ? 'likely' : 'certain',
      isOurs
        ? `The permissions boundary of the lake does not allow ${one.denial.action ?? 'it'} there: it holds exactly what levels are made of, and nothing else.`
        : 'The permissions boundary of the lake does not allow it: roles of the lake reach the lake’s own buckets, tables, workgroups and keys, and nothing else.',
      {
        evidence: named(one.denial.why.policyArn),
        steps: [
          isOurs
            ? 'No grant can lift it; docs/access-levels.md lists what each level gives.'
            : 'No grant can lift it. Use your own role for what is not the lake’s.',
        ],
      },
    ),
  ];
};

/** What is told of a request; of everything else the bucket's policy could ask, nothing is known. */
const contextOf = ({ who, catalog }: Case): RequestContext => ({
  ...(who.role === undefined ? {} : { 'aws:PrincipalArn': who.role.arn }),
  ...(catalog.lake.awsOrganizationId === undefined || who.role === undefined
    ? {}
    : { 'aws:PrincipalOrgID': catalog.lake.awsOrganizationId }),
  'aws:PrincipalAccount': who.caller?.account ?? '',
  'aws:PrincipalIsAWSService': 'false',
});

/** In words of people, by the name of our own statement. */
const MEANINGS: Readonly<Record<string, string>> = {
  DenyInsecureTransport: 'the request came without TLS (http instead of https)',
  DenyOldTls: 'the client speaks a TLS older than 1.2',
  DenyOutsideOrganization: 'the caller is of another organisation, or of none',
  DenyWritesButOfRuns: 'only runs of pipelines write under data/ and raw/',
  DenyClientKeptKeys: 'the upload asks for a key that the client keeps (SSE-C)',
  DenyOtherEncryption:
    'the upload asks for another encryption than the bucket’s own: leave the header x-amz-server-side-encryption out',
  DenyKeysOfOthers:
    'the upload names a key of another account or region, or aws:kms without a key: leave the encryption headers out',
};

const listOf = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

/** Each statement alone, so that all that may have refused are found. */
const denying = (one: Case, document: JsonObject, bucketArn: string): readonly (readonly [string, boolean])[] => {
  const action = actionOf(one.denial, one.place) ?? 's3:GetObject';
  const key = one.place.bucket?.key ?? '';
  const resource = key === '' ? bucketArn : `${bucketArn}/${key}`;
  const request = {
    principalArn: one.who.role?.arn ?? one.who.caller?.arn ?? '',
    action,
    resource,
    context: contextOf(one),
    at: one.asOf,
  };
  const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  return listOf(document['Statement'])
    .map(objectOf)
    .flatMap((statement) => {
      const policy = { Version: '2012-10-17', Statement: [statement] };
      const context = {
        identity: [{ name: 'all', document: allow }],
        resources: [{ arn: bucketArn, document: policy }],
      };
      const { answer } = evaluate(context, request);
      const sid = textOf(statement['Sid']);
      return answer === 'allowed' ? [] : [[sid, answer === 'denied'] as const];
    });
};

const bucketCause = (sids: readonly (readonly [string, boolean])[], isCertain: boolean, arn: string): Cause => {
  const told = (sid: string): string => MEANINGS[sid] ?? 'a condition of the statement holds';
  const [first] = sids;
  const sentence =
    isCertain && first !== undefined
      ? `The bucket’s policy forbids it: ${told(first[0])}.`
      : 'The bucket’s policy forbids it, by one of the statements below.';
  return cause('bucket-policy', isCertain ? 'certain' : 'likely', sentence, {
    evidence: sids.map(([sid]) => ({ text: `Statement ${sid} of the policy of ${arn}: ${told(sid)}` })),
    steps: [
      'Use a current client over https, with the role of the lake, and leave all encryption headers to the bucket.',
      'If none of the statements fits, the policy in the account is not ours: edl plan shows what differs.',
    ],
  });
};

/** A bucket's policy denied: which of our statements fits what is known. */
export const bucketPolicyRule: Rule = (one) => {
  const { why } = one.denial;
  if (why?.policy !== 'resource' || one.place.bucket === undefined) return [];
  const arn = `arn:aws:s3:::${one.place.bucket.name}`;
  const document = one.documents?.buckets.find((bucket) => bucket.arn === arn)?.document;
  if (document === undefined || why.kind === 'implicit') return [];
  const found = denying(one, document, arn);
  const certain = found.filter(([, isDenied]) => isDenied);
  return [certain.length > 0 ? bucketCause(certain, true, arn) : bucketCause(found, false, arn)];
};

/** A pipeline writes its outputs only, so what it lacks is a line of its own file. */
const notAnOutput = (
  pipeline: Pipeline,
  dataset: Dataset,
  evidence: readonly Evidence[],
  proposal: Proposal,
): Cause => {
  const { name, outputs, declaredIn } = pipeline;
  return cause(
    'runs-only',
    'certain',
    `The pipeline ${name} writes ${listed(outputs)} and nothing else; ${dataset.name} is not among its outputs.`,
    {
      evidence: [{ text: `pipeline:${name} is declared`, file: declaredIn.file, line: declaredIn.line }, ...evidence],
      steps: [`To let it write ${dataset.name}, add the dataset to outputs in ${declaredIn.file}, as below.`],
      proposal,
    },
  );
};

/** Published data is written by runs alone: no level gives it, and the bucket's policy denies it to all other roles. */
export const runsRule: Rule = (one) => {
  const { place, who, denial, catalog, dataset, asOf } = one;
  const action = actionOf(denial, place);
  const isData = place.bucket?.use === 'data';
  if (action === undefined || !isWrite(action) || !isData || denial.signs.includes('query-results')) return [];
  const writer = catalog.pipelines.find(({ outputs }) => dataset !== undefined && outputs.includes(dataset.name));
  if (who.role !== undefined && who.role.holder === `pipeline:${writer?.name ?? ''}`) return [];
  const what = dataset === undefined ? 'published data' : `data and raw files of ${dataset.name}`;
  const evidence =
    writer === undefined
      ? []
      : [
          {
            text: `pipeline:${writer.name} writes ${dataset?.name ?? ''}`,
            file: writer.declaredIn.file,
            line: writer.declaredIn.line,
          },
        ];
  const pipeline = catalog.pipelines.find(({ name }) => who.holder === `pipeline:${name}`);
  if (pipeline !== undefined && dataset !== undefined)
    return [notAnOutput(pipeline, dataset, evidence, proposeUse({ catalog, asOf, pipeline, dataset, as: 'outputs' }))];
  return [
    cause(
      'runs-only',
      'certain',
      `Nobody but the runs of its pipeline writes ${what}; no level gives that, not even admin.`,
      {
        evidence,
        steps: [
          writer === undefined
            ? 'To add data by a program, declare a pipeline with this dataset as its output.'
            : `Change the pipeline ${writer.name}, or write to a dataset of your own pipeline.`,
          'To hand in files for ingest, ask for the level write and put them into the drop bucket of the tier.',
        ],
      },
    ),
  ];
};
