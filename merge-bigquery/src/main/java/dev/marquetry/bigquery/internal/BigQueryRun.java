/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal;

import dev.marquetry.CostItem;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.bigquery.internal.call.Crew;
import dev.marquetry.bigquery.internal.call.RunId;
import dev.marquetry.bigquery.internal.call.Usage;
import dev.marquetry.bigquery.internal.cost.Costs;
import dev.marquetry.bigquery.internal.cost.Scan;
import dev.marquetry.bigquery.internal.jobs.JobRefusedException;
import dev.marquetry.bigquery.internal.jobs.JobRefusedException.Reason;
import dev.marquetry.bigquery.internal.jobs.JobReport;
import dev.marquetry.bigquery.internal.jobs.Jobs;
import dev.marquetry.bigquery.internal.jobs.RunDataset;
import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.GroupSql;
import dev.marquetry.bigquery.internal.sql.Groups;
import dev.marquetry.bigquery.internal.stage.Bucket;
import dev.marquetry.bigquery.internal.stage.StoredObject;
import dev.marquetry.bigquery.internal.sweep.Sweep;
import dev.marquetry.bigquery.internal.sweep.Swept;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemoteGroup;
import dev.marquetry.local.remote.RemoteJoin;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteSession;
import dev.marquetry.local.remote.StagedFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One merge's way through BigQuery: stage and load every file, join group by group, fetch what was exported, and delete all
 * that was made. Used once.
 */
public final class BigQueryRun implements RemoteJoin {
    private static final Logger LOG = LoggerFactory.getLogger(BigQueryRun.class);

    /** How long cleaning up may take: a caller that was interrupted waits for it. */
    private static final Duration CLEANING = Duration.ofSeconds(20);

    private final Settings settings;
    private final RunId run;
    private final Usage usage = new Usage();
    private final Bucket bucket;
    private final RunDataset dataset;
    private final Jobs jobs;
    private final Semaphore transfers;
    private final CloudInputs inputs;
    private volatile List<CostItem> costs = List.of();

    /** Returns how inputs are had that are in Cloud Storage already. */
    public CloudInputs cloudInputs() {
        return inputs;
    }

    /** Prepares a run; nothing is called yet. */
    public BigQueryRun(Settings settings) {
        this.settings = settings;
        run = RunId.at(Instant.now(), new SecureRandom());
        bucket = Bucket.at(settings.stagingUri(), settings.storage(), settings.bucketSettings(), usage);
        dataset = new RunDataset(settings.bigQuery(), settings.jobSettings(), run);
        jobs = new Jobs(settings.bigQuery(), settings.jobSettings(), run, usage);
        transfers = new Semaphore(settings.transfers());
        inputs = new CloudInputs(bucket, settings.transfers(), settings.maxElapsed());
    }

    /** Returns what the run has cost, in US dollars; known once it has ended. */
    public BigDecimal cost() {
        return CostItem.sum(costs);
    }

    /** Deletes what runs left that began longer ago than {@code age} and are dead. */
    public Swept sweep(Duration age) {
        try {
            return new Sweep(settings.bigQuery(), settings.project(), bucket, settings.retry(), InstantSource.system())
                    .run(age, Calls::throwIfInterrupted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MergeCancelledException("Sweep was interrupted");
        }
    }

    @Override
    public List<RemoteGroup> join(RemoteSession session) throws IOException, InterruptedException {
        session.takeMemory(settings.transferBytes());
        long begin = System.nanoTime();
        try {
            dataset.create(settings.datasetExpiry(), session::check);
            stage(session);
            GroupSql sql = new GroupSql(
                    settings.project(), run.dataset(), session.plan().spineColumn(), settings.sorted());
            List<Group> groups = Groups.of(session.plan(), settings.groups(), sql);
            if (settings.maxBilledBytes().isPresent()) {
                groups = withinBilledBytes(
                        session, groups, sql, settings.maxBilledBytes().get().bytes());
            }
            return join(session, groups, sql);
        } finally {
            cleanUp(session);
            costs = new Costs(settings.prices())
                    .actual(usage, Costs.tableBytes(session.plan()), Duration.ofNanos(System.nanoTime() - begin));
            costs.forEach(session::paid);
        }
    }

    private void stage(RemoteSession session) {
        List<RemoteFile> files = session.plan().features().stream()
                .filter(file -> !file.columns().isEmpty())
                .toList();
        AtomicInteger next = new AtomicInteger(-1);
        AtomicInteger done = new AtomicInteger();
        int count = files.size() + 1;
        session.work(Phase.STAGE, Math.min(settings.concurrency(), count), () -> {
            for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
                if (i < 0) {
                    try (StagedFile spine = session.spine()) {
                        StoredObject object = send(session, spine, null, GroupSql.SPINE);
                        load(
                                session,
                                object,
                                GroupSql.SPINE,
                                "the spine",
                                session.plan().rows());
                    }
                } else {
                    RemoteFile file = files.get(i);
                    try (StagedFile staged = session.stage(file)) {
                        String table = GroupSql.table(file.index());
                        StoredObject object = send(session, staged, inputs.object(file.uri()), table);
                        load(session, object, table, "[" + file.name() + "]", file.rows());
                    }
                }
                session.report(Phase.STAGE, done.incrementAndGet() + " of " + count + " files loaded");
            }
        });
    }

    /** Sends a staged file, or nothing but its tail if the rest of it is {@code there} already. */
    private StoredObject send(RemoteSession session, StagedFile staged, @Nullable StoredObject there, String table)
            throws InterruptedException {
        String name = run.folder() + "in/" + table + ".parquet";
        transfers.acquire();
        try {
            if (there == null) {
                return bucket.upload(name, staged.bytes(), () -> staged.open(0), session::check);
            }
            long tail = staged.bytes() - staged.inputBytes();
            return bucket.append(there, tail, () -> staged.open(staged.inputBytes()), name, session::check);
        } finally {
            transfers.release();
        }
    }

    private void load(RemoteSession session, StoredObject object, String table, String what, long rows)
            throws InterruptedException {
        Checkpoint checkpoint = session::check;
        JobReport report;
        try {
            report =
                    jobs.load("load-" + table, "load " + what, dataset.table(table), List.of(object.uri()), checkpoint);
        } catch (JobRefusedException e) {
            throw new MergeFailedException("BigQuery takes no such file: " + e.getMessage(), e);
        }
        if (report.loadedRows().orElse(rows) != rows) {
            throw new MergeFailedException("Cannot load " + what + ": it has " + rows + " rows but "
                    + report.loadedRows().getAsLong() + " arrived in table " + table);
        }
    }

    /** Has every group planned, which bills nothing, and refuses if all together would bill too much. */
    private List<Group> withinBilledBytes(RemoteSession session, List<Group> groups, GroupSql sql, long limit) {
        Queue<Group> queue = new ConcurrentLinkedQueue<>(groups);
        List<Group> planned = Collections.synchronizedList(new ArrayList<>());
        AtomicLong billed = new AtomicLong();
        session.work(Phase.JOIN, Math.min(settings.concurrency(), groups.size()), () -> {
            for (Group group = queue.poll(); group != null; group = queue.poll()) {
                try {
                    long scanned =
                            jobs.dryRun("join-" + group.name(), "plan " + group, sql.select(group), session::check);
                    billed.addAndGet(Math.max(
                            scanned, Scan.LEAST_TABLE_BYTES * (group.files().size() + 1)));
                    planned.add(group);
                } catch (JobRefusedException e) {
                    queue.addAll(halves(group, e));
                }
            }
        });
        if (billed.get() > limit) {
            throw breach(limit, billed.get(), Basis.PREDICTED);
        }
        return List.copyOf(planned);
    }

    private List<RemoteGroup> join(RemoteSession session, List<Group> groups, GroupSql sql) {
        Queue<Group> queue = new ConcurrentLinkedQueue<>(groups);
        List<RemoteGroup> joined = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger columns = new AtomicInteger();
        int all = groups.stream().mapToInt(group -> group.columns().size()).sum();
        session.work(Phase.JOIN, Math.min(settings.concurrency(), groups.size()), () -> {
            for (Group group = queue.poll(); group != null; group = queue.poll()) {
                try {
                    JobReport report = export(session, group, sql);
                    joined.add(fetch(session, group, report));
                    int done = columns.addAndGet(group.columns().size());
                    session.report(Phase.FETCH, done + " of " + all + " columns joined and fetched");
                } catch (JobRefusedException e) {
                    session.warn("BigQuery could not join " + group + " at once; it is joined in halves");
                    queue.addAll(halves(group, e));
                }
            }
        });
        return List.copyOf(joined);
    }

    private JobReport export(RemoteSession session, Group group, GroupSql sql)
            throws JobRefusedException, InterruptedException {
        OptionalLong mayBill = settings.maxBilledBytes()
                .map(most -> OptionalLong.of(Math.max(1, most.bytes() - usage.billedBytes())))
                .orElse(OptionalLong.empty());
        return jobs.query(
                "join-" + group.name(),
                "join " + group,
                attempt -> sql.export(group, bucket.uri(folder(group, attempt) + "part-*.parquet")),
                mayBill,
                session::check);
    }

    private String folder(Group group, int attempt) {
        return run.folder() + group.name() + "/a" + attempt + "/";
    }

    private RemoteGroup fetch(RemoteSession session, Group group, JobReport report)
            throws IOException, InterruptedException {
        RemotePlan plan = session.plan();
        List<StoredObject> shards = bucket.list(folder(group, report.attempt()), session::check);
        if (report.exportedRows().orElse(plan.rows()) != plan.rows()) {
            throw new MergeFailedException("Cannot join " + group + ": BigQuery exported "
                    + report.exportedRows().getAsLong() + " rows and the spine has " + plan.rows());
        }
        if (report.exportedFiles().orElse(shards.size()) != shards.size()) {
            throw new MergeFailedException("Cannot fetch " + group + ": BigQuery exported "
                    + report.exportedFiles().getAsLong() + " shards but " + shards.size() + " are there");
        }
        RemoteGroup target = session.newGroup(group.columns());
        List<Long> sizes = new ArrayList<>();
        long base = 0;
        for (StoredObject shard : shards) {
            long begin = base;
            transfers.acquire();
            try {
                bucket.download(shard, (position, bytes) -> target.write(begin + position, bytes), session::check);
            } finally {
                transfers.release();
            }
            sizes.add(shard.bytes());
            base += shard.bytes();
        }
        target.complete(sizes);
        return target;
    }

    private List<Group> halves(Group group, JobRefusedException e) {
        if (e.reason() == Reason.BILLED_BYTES) {
            long limit = settings.maxBilledBytes().orElseThrow().bytes();
            throw breach(limit, Math.max(limit + 1, usage.billedBytes()), Basis.MEASURED);
        }
        if (!group.isDivisible()) {
            throw new MergeFailedException(e.getMessage() + ", though it is a single column", e);
        }
        LOG.info("{}; trying halves of {}", e.getMessage(), group);
        return group.split();
    }

    private static LimitBreachException breach(long limit, long observed, Basis basis) {
        return new LimitBreachException(
                new LimitBreach(Resource.BILLED_BYTES, limit, observed, basis, Phase.JOIN, "in BigQuery"));
    }

    /** Ends and deletes all that the run made, whatever became of it. */
    private void cleanUp(RemoteSession session) {
        boolean interrupted = Thread.interrupted();
        List<String> left = new ArrayList<>();
        try {
            jobs.cancelAll().forEach(job -> left.add("job " + job));
            Crew crew = new Crew("cleanup", CLEANING);
            List<String> stuck = Collections.synchronizedList(new ArrayList<>(List.of("dataset " + run.dataset())));
            crew.run(1, () -> {
                try {
                    dataset.delete(Checkpoint.none());
                    stuck.clear();
                } catch (MergeException e) {
                    LOG.warn("Cannot delete dataset {}", run.dataset(), e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            left.addAll(stuck);
            left.addAll(bucket.delete(run.folder(), CLEANING));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (!left.isEmpty()) {
            session.warn("Could not delete " + String.join(", ", left) + ": delete it, or sweep the project once run "
                    + run + " is old enough");
        }
    }
}
