import { describe, expect, it } from 'vitest';
import { holderOf, holdersOfPerson, instanceOf, levelOf, principalOfPerson } from '../../src/app/access/names.ts';
import { instanceOfPlace, placeOf } from '../../src/app/access/place.ts';
import { instanceNamed } from '../../src/reconciler/model/instance.ts';
import { LAKE } from './access-support.ts';

describe('names', () => {
  const here = instanceNamed(LAKE, 'dev01');
  const detailOf = (found: object): string => ('problem' in found ? JSON.stringify(found.problem) : 'found');

  it.each([
    ['an instance, near', () => instanceOf(LAKE, 'prdo'), 'EDL-5001.*Did you mean prod'],
    ['no instance where there are several', () => instanceOf(LAKE, undefined), 'EDL-5040.*dev01, prod'],
    ['a dataset, near', () => placeOf(LAKE, 'trails'), 'EDL-5041.*Did you mean trials'],
    ['a dataset, far', () => placeOf(LAKE, 'xyz-unlike'), 'EDL-5041.*There are: far, news'],
    ['a principal, near', () => holderOf(LAKE, here, 'team:oncolgy'), 'EDL-5042.*Did you mean team:oncology'],
    [
      'a person, near',
      () => holdersOfPerson(LAKE, here, 'jane.do@acme.example'),
      'EDL-5042.*Did you mean jane.doe@acme',
    ],
    ['a level, near', () => levelOf('raed'), 'EDL-5044.*Did you mean read'],
  ])('unknown: %s', (_, find, expected) => {
    expect(detailOf(find())).toMatch(new RegExp(expected));
  });

  it('takes the only instance', () => {
    const catalog = { ...LAKE, lake: { ...LAKE.lake, instances: [here] } };
    expect(instanceOf(catalog, undefined)).toEqual({ found: here });
  });

  it('takes a principal without its kind, where it means one', () => {
    expect(holderOf(LAKE, here, 'oncology')).toEqual({ found: 'team:oncology' });
    const twice = {
      ...LAKE,
      principals: [
        ...LAKE.principals,
        { ...LAKE.principals[0]!, kind: 'user' as const, ref: 'user:oncology' as const },
      ],
    };
    expect(detailOf(holderOf(twice, here, 'oncology'))).toMatch(/more than one.*team:oncology.*user:oncology/);
  });

  it('knows a person in every team, in any case, and everybody with him', () => {
    expect(holdersOfPerson(LAKE, here, 'Jane.Doe@acme.example')).toEqual({
      found: ['team:oncology', 'team:crm', 'everyone:internal'],
    });
  });
});

describe('a person where one principal is needed', () => {
  it('is the only one that lists him, in any case', () => {
    expect(principalOfPerson(LAKE, 'Samir.Haddad@acme.example')).toEqual({ found: 'team:oncology' });
  });

  it.each([
    ['several roles', 'jane.doe@acme.example', 'prod', 'EDL-5043.*team:oncology or team:crm.*--instance prod"'],
    ['no instance named', 'jane.doe@acme.example', undefined, 'EDL-5043.*--instance dev01\\|prod"'],
    ['nobody', 'jane.do@acme.example', 'prod', 'EDL-5042.*Did you mean jane.doe@acme'],
  ])('is refused with what to ask instead: %s', (_, email, instance, expected) => {
    expect(JSON.stringify(principalOfPerson(LAKE, email, instance))).toMatch(new RegExp(expected));
  });
});

describe('places', () => {
  it.each([
    ['trials', 'trials', undefined],
    ['s3://acme-datalake-dev01-sensitive-eu-west-1/trials', 'trials', 'dev01'],
    ['s3://acme-datalake-prod-internal-us-east-1/news/data/2026/part-0.parquet', 'news', 'prod'],
    ['s3://acme-datalake-drop-dev01-restricted-eu-west-1/sales/', 'sales', 'dev01'],
    ['arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1/trials/data/*', 'trials', 'dev01'],
    ['edl_dev01_restricted.sales__orders', 'sales', 'dev01'],
    ['arn:aws:glue:eu-west-1:111111111111:table/edl_prod_sensitive/trials__outcomes', 'trials', 'prod'],
  ])('%s is %s', (text, name, instance) => {
    const found = placeOf(LAKE, text);
    expect('found' in found ? [found.found.dataset.name, found.found.instance] : found).toEqual([name, instance]);
  });

  it.each([
    ['s3://somebody-elses/trials/data', 'EDL-5045.*not in a bucket of this lake'],
    ['s3://acme-datalake-dev01-sensitive-eu-west-1', 'EDL-5045.*whole bucket'],
    ['s3://acme-datalake-dev01-internal-eu-west-1/trials/', 'EDL-5045.*trials is sensitive'],
    ['s3://acme-datalake-dev01-sensitive-eu-west-1/trails/', 'EDL-5041.*Did you mean trials'],
    ['default.sales__orders', 'EDL-5045.*not in a database'],
    ['edl_dev01_restricted.sale__orders', 'EDL-5041.*Did you mean sales'],
  ])('%s is none', (text, expected) => {
    expect(JSON.stringify(placeOf(LAKE, text))).toMatch(new RegExp(expected));
  });

  it('says the instance, which --instance must not contradict', () => {
    const place = { dataset: LAKE.datasets[0]!, instance: 'prod' };
    expect(instanceOfPlace('s3://x', place, undefined)).toEqual({ found: 'prod' });
    expect(instanceOfPlace('s3://x', place, 'prod')).toEqual({ found: 'prod' });
    expect(instanceOfPlace('s3://x', place, 'dev01')).toMatchObject({ problem: { code: 'EDL-5045' } });
  });
});
