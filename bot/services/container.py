"""The composition root: opens the databases of one data folder and builds the services bottom-up.

A service is a small class that takes the stores and services that it uses as constructor arguments, and none
knows the whole. What a load changes reaches follows and posts through `ArchiveEvents`, which is wired
here. Discord and the command line receive `Services`, and call no store. The demo passes other
loading processes to `open_services`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from bot.clock import Clock, system_clock
from bot.config import ModelSettings
from bot.domain.loads import ServerLimits
from bot.domain.privacy import PrivacyPolicy
from bot.loading.process import LoadProcesses
from bot.services.answers import AnswerService
from bot.services.archive import ArchiveService
from bot.services.archive_events import ArchiveEvents
from bot.services.audit import AuditService
from bot.services.backups import BackupPlan, BackupService
from bot.services.browsing import BrowseService
from bot.services.catch_up import CatchUpService
from bot.services.comment_digests.process import CommentDigestProcess
from bot.services.departures import DepartureService
from bot.services.digests.digests import DigestService
from bot.services.digests.explanations import DigestExplanations
from bot.services.digests.selection import DigestSelection
from bot.services.drop_folder import DropFolder
from bot.services.drop_folder_watcher import DropFolderWatcher
from bot.services.erasure import ErasureService
from bot.services.exports.exports import ExportService
from bot.services.follows.follows import FollowService
from bot.services.key_value import KeyValueService
from bot.services.loads import LoadOptions, LoadService
from bot.services.lookup import ArticleLookup
from bot.services.posts.posts import PostService
from bot.services.privacy import PrivacyService
from bot.services.pseudonyms import Pseudonymizer
from bot.services.question_log import QuestionLog
from bot.services.rewriting import open_rewriter
from bot.services.sample import SampleService
from bot.services.saved_searches import SavedSearchService
from bot.services.settings import SettingsService
from bot.services.settings_transfer import SettingsTransfer
from bot.services.shards.own_shards import OwnShards
from bot.services.shared_uploads import SharedUploads
from bot.services.status import StatusService
from bot.services.troubles import Troubles
from bot.services.uploads import Uploads
from bot.services.workers import OutboxWorkers
from bot.store.corpus.authors import AuthorReader
from bot.store.corpus.digest_candidates import DigestCandidates
from bot.store.corpus.exports import ExportReader
from bot.store.corpus.facets import FacetReader
from bot.store.corpus.load_overview import LoadOverview
from bot.store.corpus.reader import CorpusReader
from bot.store.corpus.snapshots import SnapshotReader
from bot.store.databases import DATABASES, Engine, OpenFiles
from bot.store.engines import engine_of
from bot.store.search.index import SearchIndex
from bot.store.search.load_matches import LoadMatches
from bot.store.search.passages import PassageIndex
from bot.store.state.audit import AuditStore
from bot.store.state.departures import DepartureStore
from bot.store.state.erasure import StateEraser
from bot.store.state.follows import FollowStore
from bot.store.state.key_value import KeyValueStore
from bot.store.state.overview import OverviewStore
from bot.store.state.personal_data import PersonalDataStore
from bot.store.state.posts import PostStore
from bot.store.state.requests import RequestStore
from bot.store.state.saved_searches import SavedSearchStore
from bot.store.state.schedules import ScheduleStore
from bot.store.state.settings import SettingsStore
from bot.store.state.visits import VisitStore
from bot.store.transfer import require_complete
from bot.text.language.lazy_vectors import LazyVectors
from bot.text.search.analyzer import Analyzer


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services for the archives of one data folder. Methods raise UserError for faults that a user can
    fix."""

    archive: ArchiveService
    browsing: BrowseService
    answers: AnswerService
    question_log: QuestionLog
    loads: LoadService
    erasure: ErasureService
    uploads: Uploads
    drop_folder: DropFolder
    drop_folder_watcher: DropFolderWatcher
    settings: SettingsService
    key_value: KeyValueService
    digests: DigestService
    digest_explanations: DigestExplanations
    follows: FollowService
    posts: PostService
    workers: OutboxWorkers
    saved_searches: SavedSearchService
    catch_up: CatchUpService
    settings_transfer: SettingsTransfer
    backups: BackupService
    status: StatusService
    audit: AuditService
    privacy: PrivacyService
    departures: DepartureService
    exports: ExportService
    sample: SampleService
    shards: OwnShards


class _Closable(Protocol):
    async def close(self) -> None: ...


_Resource = TypeVar("_Resource", bound=_Closable)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stores:
    """The stores of the data folder."""

    reader: CorpusReader
    loads: LoadOverview
    exports: ExportReader
    authors: AuthorReader
    settings: SettingsStore
    key_value: KeyValueStore
    eraser: StateEraser
    visits: VisitStore
    saved_searches: SavedSearchStore
    overview: OverviewStore
    audit: AuditStore
    personal_data: PersonalDataStore
    requests: RequestStore
    presence: DepartureStore
    schedules: ScheduleStore
    candidates: DigestCandidates
    follows: FollowStore
    load_matches: LoadMatches
    posts: PostStore
    snapshots: SnapshotReader
    index: SearchIndex
    passages: PassageIndex


async def _open_stores(stack: AsyncExitStack, engine: Engine, vectors: LazyVectors) -> _Stores:
    async def opened(open_: Callable[..., _Resource], *arguments: object) -> _Resource:
        resource = await asyncio.to_thread(open_, engine, *arguments)
        stack.push_async_callback(resource.close)
        return resource

    for database in DATABASES:
        await asyncio.to_thread(engine.prepare, database)
    await asyncio.to_thread(stack.enter_context, engine.in_use())
    await asyncio.to_thread(require_complete, engine)
    reader = await opened(CorpusReader.open)
    return _Stores(
        reader=reader,
        loads=LoadOverview.sharing(reader),
        exports=await opened(ExportReader.open),
        authors=await opened(AuthorReader.open),
        settings=await opened(SettingsStore.open),
        key_value=await opened(KeyValueStore.open),
        eraser=await opened(StateEraser.open),
        visits=await opened(VisitStore.open),
        saved_searches=await opened(SavedSearchStore.open),
        overview=await opened(OverviewStore.open),
        audit=await opened(AuditStore.open),
        personal_data=await opened(PersonalDataStore.open),
        requests=await opened(RequestStore.open),
        presence=await opened(DepartureStore.open),
        schedules=await opened(ScheduleStore.open),
        candidates=await opened(DigestCandidates.open),
        follows=await opened(FollowStore.open),
        load_matches=await opened(LoadMatches.open, Analyzer(vectors)),
        posts=await opened(PostStore.open),
        snapshots=await opened(SnapshotReader.open),
        index=await opened(SearchIndex.open, Analyzer(vectors)),
        passages=await opened(PassageIndex.open, Analyzer(vectors)),
    )


@asynccontextmanager
async def open_services(
    data: Path,
    *,
    rng: random.Random | None = None,
    load_max_mb: int = 4096,
    zst_window_mb: int = 256,
    server_limits: ServerLimits = ServerLimits(),  # noqa: B008 - frozen
    vectors: str = "shipped",
    drop: Path | None = None,
    model: ModelSettings | None = None,
    clock: Clock = system_clock,
    ask_log: Path | None = None,
    loaders: LoadProcesses | None = None,
    backups: BackupPlan = BackupPlan(),  # noqa: B008 - frozen
    troubles: Troubles | None = None,
    policy: PrivacyPolicy = PrivacyPolicy(),  # noqa: B008 - frozen
    shards: OwnShards | None = None,
) -> AsyncGenerator[Services]:
    """Opens the databases in `data`, creating missing ones, and closes them at the end; running loads are
    then interrupted. The services work for the servers on `shards`. Raises what
    `bot.store.databases.Engine.prepare`, `require_complete` and `open_rewriter` raise."""
    async with AsyncExitStack() as stack:
        table = LazyVectors(vectors)
        engine = engine_of(data)
        stores = await _open_stores(stack, engine, table)
        reader = stores.reader
        troubles = troubles or Troubles(data, clock)
        rewriter = await stack.enter_async_context(open_rewriter(engine, model, clock, troubles))
        loaders = loaders or LoadProcesses()
        stack.push_async_callback(loaders.close)
        process = CommentDigestProcess(data, vectors)
        stack.push_async_callback(process.close)

        status = StatusService(stores.loads, stores.overview, data, model, troubles, clock)
        lookup = ArticleLookup(reader, stores.index, status.timings)
        pseudonyms = Pseudonymizer(reader)
        rng = rng or random.Random()  # noqa: S311 - not for secrets
        archive = ArchiveService(reader, lookup, pseudonyms, process, rewriter, rng)
        answers = AnswerService(reader, lookup, pseudonyms, stores.passages, process, table, rewriter)
        question_log = QuestionLog(stores.key_value, ask_log, clock)
        shards = shards or OwnShards()
        options = LoadOptions(engine, load_max_mb, vectors, zst_window_mb, server_limits, shards)
        regular = BackupService(data, backups, clock, troubles.note_backup)
        services = _build(
            *(stores, (archive, lookup, answers, question_log), loaders, options, DropFolder(drop)),
            *(regular, status, policy, clock),
        )
        stack.callback(services.uploads.close)
        await stack.enter_async_context(_listening(engine, services))
        yield services


@asynccontextmanager
async def _listening(engine: Engine, services: Services) -> AsyncGenerator[None]:
    """Meanwhile wakes those that look for changes when another process has written the corpus."""
    loop = asyncio.get_running_loop()

    def changed() -> None:
        for service in (services.follows, services.posts):
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(service.changed.notify)

    listening = ExitStack()
    listening.enter_context(engine.listening(changed))
    try:
        yield
    finally:
        await asyncio.to_thread(listening.close)  # it waits for the server


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posting:
    """What posts, and what is posted."""

    digests: DigestService
    explanations: DigestExplanations
    follows: FollowService
    posts: PostService
    workers: OutboxWorkers


def _build_posting(
    stores: _Stores,
    archive: ArchiveService,
    settings: SettingsService,
    audit: AuditService,
    key_value: KeyValueService,
    shards: OwnShards,
) -> _Posting:
    selection = DigestSelection(stores.candidates, archive, settings)
    digests = DigestService(stores.schedules, selection, archive, settings, audit)
    follows = FollowService(stores.follows, stores.load_matches, archive, settings, audit)
    posts = PostService(stores.posts, stores.snapshots, stores.schedules, settings, key_value, shards)
    workers = OutboxWorkers(digests, stores.schedules, follows, stores.follows, posts, stores.posts, shards)
    return _Posting(
        digests=digests,
        explanations=DigestExplanations(stores.schedules, selection, digests),
        follows=follows,
        posts=posts,
        workers=workers,
    )


def _uploads(data: Path, reader: CorpusReader, shared: OpenFiles | None) -> Uploads:
    """What an engine has for attached files."""
    return Uploads(data, reader) if shared is None else SharedUploads(data, reader, shared)


def _build(
    stores: _Stores,
    reading: tuple[ArchiveService, ArticleLookup, AnswerService, QuestionLog],
    loaders: LoadProcesses,
    options: LoadOptions,
    drop_folder: DropFolder,
    backups: BackupService,
    status: StatusService,
    policy: PrivacyPolicy,
    clock: Clock,
) -> Services:
    """Builds the services from what was opened, each from those before it."""
    archive, lookup, answers, question_log = reading
    audit = AuditService(stores.audit, clock)
    settings = SettingsService(stores.settings, audit)
    key_value = KeyValueService(stores.key_value)
    posting = _build_posting(stores, archive, settings, audit, key_value, options.shards)
    digests, follows, posts = posting.digests, posting.follows, posting.posts
    events = ArchiveEvents(audit, follows.changed, posts.changed)
    uploads = _uploads(options.data, stores.reader, options.engine.shared_files)
    loads = LoadService(stores.reader, loaders, options, uploads, drop_folder, status.troubles, events)
    return Services(
        archive=archive,
        browsing=BrowseService(FacetReader.sharing(stores.reader), lookup),
        answers=answers,
        question_log=question_log,
        loads=loads,
        erasure=ErasureService(stores.authors, stores.eraser, settings, loaders, options, uploads, events),
        uploads=uploads,
        drop_folder=drop_folder,
        drop_folder_watcher=DropFolderWatcher(drop_folder, loads, key_value),
        settings=settings,
        key_value=key_value,
        digests=digests,
        digest_explanations=posting.explanations,
        follows=follows,
        posts=posts,
        workers=posting.workers,
        saved_searches=SavedSearchService(stores.saved_searches, clock),
        catch_up=CatchUpService(stores.visits, stores.load_matches, archive, loads, follows, posts),
        settings_transfer=SettingsTransfer(settings, digests, follows, archive),
        backups=backups,
        shards=options.shards,
        status=status,
        audit=audit,
        sample=SampleService(stores.reader, loads),
        exports=ExportService(options.data, stores.exports, stores.reader, archive),
        privacy=PrivacyService(stores.personal_data, stores.requests, stores.loads, policy, clock),
        departures=DepartureService(stores.presence, stores.reader, loaders, options, uploads, policy, clock),
    )
