/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What goes wrong on a server, ordered by a test:
 *
 * <pre>{@code
 * cloud.faults().on(ApiCall.JOBS_INSERT).answer(503);                      // the first time only
 * cloud.faults().onEachKind().answer(429);                                 // the first call of each kind
 * cloud.faults().on(ApiCall.JOBS_INSERT).loseReply().onlyOn(2);
 * cloud.faults().onJobs(".*load.*").fail("backendError", "Try again").first(3);
 * cloud.faults().onExports(".*g001.*").loseShard(2).always();
 * }</pre>
 *
 * <p>Thread-safe. A fault that is told its occasions after its effect holds for calls that arrive from then on; order
 * faults before the work begins.
 */
public final class Faults {
    private static final Predicate<Request> ANY = request -> true;

    private final List<CallFault> calls = new CopyOnWriteArrayList<>();
    private final List<JobFault> jobs = new CopyOnWriteArrayList<>();
    private final List<ExportFault> exports = new CopyOnWriteArrayList<>();
    private final List<Pattern> wrongChecksums = new CopyOnWriteArrayList<>();
    private final Set<ApiCall> denied = ConcurrentHashMap.newKeySet();
    private volatile int maxJoins = Integer.MAX_VALUE;

    Faults() {}

    /** Returns a fault of calls of any of {@code kinds}. */
    public CallFault on(ApiCall first, ApiCall... kinds) {
        Set<ApiCall> wanted = EnumSet.of(first, kinds);
        return add(request -> request.call().filter(wanted::contains).isPresent());
    }

    /** Returns a fault of calls with that HTTP method whose encoded path matches a regular expression as a whole. */
    public CallFault on(String verb, String path) {
        Pattern pattern = Pattern.compile(path);
        return add(request ->
                request.verb().equals(verb) && pattern.matcher(request.path()).matches());
    }

    private CallFault add(Predicate<Request> matching) {
        CallFault fault = new CallFault(matching, false);
        calls.add(fault);
        return fault;
    }

    /** Returns a fault of all calls whose occasions are counted for each kind apart. */
    public CallFault onEachKind() {
        CallFault fault = new CallFault(ANY, true);
        calls.add(fault);
        return fault;
    }

    /** Refuses every call of that kind for want of its permission, which Google's message names. */
    public Faults deny(ApiCall kind) {
        denied.add(kind);
        return this;
    }

    /** Returns a fault of jobs whose id matches a regular expression as a whole. */
    public JobFault onJobs(String id) {
        Pattern pattern = Pattern.compile(id);
        JobFault fault = new JobFault((job, sql) -> pattern.matcher(job).matches());
        jobs.add(fault);
        return fault;
    }

    /** Returns a fault of query jobs in whose SQL a regular expression is found. */
    public JobFault onQueries(String part) {
        Pattern pattern = Pattern.compile(part);
        JobFault fault = new JobFault(
                (job, sql) -> !sql.isEmpty() && pattern.matcher(sql).find());
        jobs.add(fault);
        return fault;
    }

    /** Returns a fault of exports whose URI matches a regular expression as a whole. */
    public ExportFault onExports(String uri) {
        ExportFault fault = new ExportFault(Pattern.compile(uri));
        exports.add(fault);
        return fault;
    }

    /** Ends queries of more joins than that with {@code resourcesExceeded}. */
    public Faults refuseJoinsOver(int most) {
        maxJoins = most;
        return this;
    }

    /** Tells a wrong CRC32C of objects whose name matches a regular expression as a whole. */
    public Faults wrongCrc32c(String object) {
        wrongChecksums.add(Pattern.compile(object));
        return this;
    }

    /** Takes back all faults. */
    public void clear() {
        calls.clear();
        jobs.clear();
        exports.clear();
        wrongChecksums.clear();
        denied.clear();
        maxJoins = Integer.MAX_VALUE;
    }

    Optional<CallFault> of(Request request) {
        return calls.stream().filter(fault -> fault.strikes(request)).findFirst();
    }

    Optional<JobFault> ofJob(String id, String sql) {
        return jobs.stream().filter(fault -> fault.strikes(id, sql)).findFirst();
    }

    Optional<ExportFault> ofExport(String uri) {
        return exports.stream().filter(fault -> fault.strikes(uri)).findFirst();
    }

    boolean denies(ApiCall call) {
        return denied.contains(call);
    }

    int maxJoins() {
        return maxJoins;
    }

    boolean hasWrongCrc32c(String object) {
        return wrongChecksums.stream().anyMatch(name -> name.matcher(object).matches());
    }
}
