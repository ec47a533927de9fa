"""Reads every annotation file and every picture of a data set, and audits the split of a run."""

from concurrent.futures import ThreadPoolExecutor

from common.config.data_options import DataOptions
from common.config.data_plan import DataPlan, chosen_data_set, counts_path_of, plan_data
from common.config.training_options import MachineryOptions
from common.data.extraction import Extraction, extract
from common.data.fields import FieldOfView, origins_of
from common.images.cache import load_pictures, picture_digests
from common.images.perceptual_hash import perceptual_hashes
from common.images.picture_file import PictureFile
from common.images.reading import read_picture
from common.splits.audit import Audit, audit_split
from common.survey.survey import Survey
from common.utils.errors import InputError, name_all
from common.utils.terminal import bar


def survey_data_set(options: DataOptions) -> Survey:
    """Look at a data set; reads every annotation file and decodes every picture.

    Raises:
        InputError: There is no such data set, or it has no folder of pictures.
    """
    options.cache.use()
    data_set = chosen_data_set(options.source)
    counting = options.counting.of_counts(counts_path_of(options.source, data_set))
    found = extract(data_set, counting, skip_odd=True)
    pictures, origins = data_set.pictures, origins_of(data_set, found.counts)
    for name in found.counts.keys() - pictures.keys():
        found.odd[name] = InputError("a picture", "none")
    files = {name: PictureFile(pictures[name], found.regions.get(name))
             for name in found.counts if name in pictures}  # fmt: skip
    sizes = _sizes(files, found)
    fields = [
        FieldOfView(name, files[name], found.counts[name], origins[name]) for name in sorted(sizes)
    ]
    looked_at = (data_set, counting, found, fields, [sizes[field.name] for field in fields])
    try:
        plan = plan_data(options, MachineryOptions())
        if found.odd and not options.source.skip_bad_fields:
            raise name_all(found.odd)
        return Survey(*looked_at, None, plan, _audit(plan))
    except InputError as error:
        return Survey(*looked_at, error, None, None)


def _audit(plan: DataPlan) -> Audit:
    pictures = load_pictures([field.picture for field in plan.fields], plan.pictures.image_size)
    shown = (picture_digests(pictures), perceptual_hashes(pictures))
    return audit_split(plan.fields, plan.split, *shown)


def _sizes(files: dict[str, PictureFile], found: Extraction) -> dict[str, tuple[int, int]]:
    """Decode the pictures on all cores; what cannot be decoded is noted as odd."""
    sizes: dict[str, tuple[int, int]] = {}
    with ThreadPoolExecutor() as pool:
        looks = zip(files, pool.map(_look, files.values()), strict=True)
        for name, size in bar(looks, "looking at pictures", len(files)):
            if isinstance(size, InputError):
                found.odd[name] = size
            else:
                sizes[name] = size
    return sizes


def _look(file: PictureFile) -> tuple[int, int] | InputError:
    try:
        height, width = read_picture(file).shape[:2]
    except InputError as error:
        return error
    return width, height
