import { dataBucket, dropBucket, glueDatabase, glueTablePrefix } from '../../reconciler/model/names.ts';
import type { Instance } from '../../reconciler/model/catalog.ts';
import { type LakeNames, MADE_UP } from './lake.ts';
import { type About, type Place, type PlaceMaker, placeMaker } from './place.ts';

/** A tier of an instance in a region, by the names of what it has there. */
interface Site {
  readonly make: PlaceMaker;
  readonly data: string;
  readonly drop: string;
  readonly database: string;
}

/** Where a tier is. */
type SiteOf = (tier: string, region: string) => Site;

/** Makers are shared by the tiers of a region, because places with equal contexts are judged once. */
const siteFinder = (lake: LakeNames, { name, account }: Instance): SiteOf => {
  const makers = new Map<string, PlaceMaker>();
  const sites = new Map<string, Site>();
  const makeSite = (tier: string, region: string): Site => {
    const make = makers.get(region) ?? placeMaker(lake, region, account);
    makers.set(region, make);
    return {
      make,
      data: dataBucket(lake.organization, name, tier, region),
      drop: dropBucket(lake.organization, name, tier, region),
      database: glueDatabase(name, tier),
    };
  };
  return (tier, region) => {
    const key = `${tier} ${region}`;
    const site = sites.get(key) ?? makeSite(tier, region);
    sites.set(key, site);
    return site;
  };
};

/** The short list: enough to tell whether a folder is open at all. */
const folderPlaces = ({ make, data, drop, database }: Site, folder: string, about: About): readonly Place[] => [
  make.object(data, `${folder}/data/u1/part-0`, about),
  make.object(data, `${folder}/raw/u1/file`, about),
  make.list(data, `${folder}/data/`, about),
  make.object(drop, `${folder}/file`, about),
  make.glue(`table/${database}/${glueTablePrefix(folder)}t`, about),
];

/** The long list: a dataset's own places in one region, whether it is there or not. */
const ownPlaces = (site: Site, name: string, about: About): readonly Place[] => {
  const { make, data, drop } = site;
  const prefixes = ['', '/', '/data', '/raw', '/raw/', '/data/u1/', '/raw/y/data/', '/data/y/raw/'];
  return [
    ...folderPlaces(site, name, about),
    make.object(data, `${name}/file`, about),
    make.object(data, `${name}/raw/y/data/z`, about),
    make.object(data, `${name}/data/y/raw/z`, about),
    make.object(drop, `${name}/data/u1/file`, about),
    make.list(drop, `${name}/`, about),
    ...prefixes.map((rest) => make.list(data, `${name}${rest}`, about)),
  ];
};

/** Names that begin like a dataset's, or that it begins like. */
const siblingsOf = (name: string): readonly string[] => [
  `${name}-secret`,
  `${name}2`,
  ...(/[a-z0-9]{2}$/.test(name) ? [name.slice(0, -1)] : []),
];

interface Finders {
  readonly own: SiteOf;
  readonly other: SiteOf;
}

/** Beside a dataset in one region: siblings, folders that begin like its own, other tiers, another instance. */
const neighbours = (lake: LakeNames, { own, other }: Finders, about: Required<About>, region: string) => {
  const { dataset: name, tier } = about;
  const site = own(tier, region);
  const tiers = [...lake.tiers, MADE_UP].filter((one) => one !== tier);
  const others = other(tier, region);
  return [
    // A neighbour that exists is nobody's but its own.
    ...siblingsOf(name).flatMap((sibling) =>
      folderPlaces(site, sibling, lake.datasets.get(sibling) === tier ? { dataset: sibling, tier } : { tier }),
    ),
    ...['data-x', 'raw-x'].map((folder) => site.make.object(site.data, `${name}/${folder}/z`, about)),
    site.make.glue(`table/${site.database}/${name.replaceAll('-', '_')}_t`, { tier }),
    ...tiers.flatMap((one) => folderPlaces(own(one, region), name, one === MADE_UP ? {} : { tier: one })),
    others.make.object(others.data, `${name}/data/u1/part-0`, {}),
    others.make.object(others.drop, `${name}/file`, {}),
    others.make.list(others.data, `${name}/data/`, {}),
  ];
};

/** Every place of every dataset, in each region of the instance and in one that it does not have; and of a name that nobody has. */
export const datasetPlaces = (lake: LakeNames): readonly Place[] => {
  const siteOf = siteFinder(lake, lake.instance);
  const { regions } = lake.instance;
  const ofDatasets = [...lake.datasets].flatMap(([dataset, tier]) => {
    const about = { dataset, tier };
    return [
      ...regions.flatMap((region) => ownPlaces(siteOf(tier, region), dataset, about)),
      ...folderPlaces(siteOf(tier, lake.foreignRegion), dataset, { tier }),
    ];
  });
  const ofNobody = lake.tiers.flatMap((tier) =>
    [...regions, lake.foreignRegion].flatMap((region) => ownPlaces(siteOf(tier, region), MADE_UP, { tier })),
  );
  return [...ofDatasets, ...ofNobody];
};

/** Everything beside some datasets, in each region of the instance. */
export const neighbourPlaces = (lake: LakeNames, datasets: Iterable<string>): readonly Place[] => {
  const finders = { own: siteFinder(lake, lake.instance), other: siteFinder(lake, lake.other) };
  return [...datasets].flatMap((dataset) => {
    const tier = lake.datasets.get(dataset);
    return tier === undefined
      ? []
      : lake.instance.regions.flatMap((region) => neighbours(lake, finders, { dataset, tier }, region));
  });
};
