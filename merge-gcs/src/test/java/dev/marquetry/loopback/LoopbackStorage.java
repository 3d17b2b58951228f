/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.StorageOptions;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Cloud Storage on this machine, for Google's own client:
 *
 * <pre>{@code
 * try (LoopbackStorage cloud = LoopbackStorage.start().bucket("data")) {
 *     Storage storage = cloud.storageOptions().setRetrySettings(quick).build().getService();
 *     cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(1000);
 *     …
 *     assertThat(cloud.objects()).containsExactly(…);
 * }
 * }</pre>
 *
 * <p>Knobs hold for what arrives after they are set. Thread-safe.
 */
public class LoopbackStorage implements AutoCloseable {
    /** The project that clients are built for. */
    public static final String PROJECT = "loopback-project";

    /** Where everything is unless said otherwise: a region, so that jobs are found only by clients that name it. */
    public static final String LOCATION = "us-central1";

    static {
        // Without it every answer waits for the client to acknowledge its headers: 40 ms a call.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    final Path root;
    final ShiftedClock clock = new ShiftedClock();
    final Knobs knobs = new Knobs();
    final Faults faults = new Faults();
    final ObjectStore store;
    private final List<RecordedCall> calls = new CopyOnWriteArrayList<>();
    private final StorageCalls storageCalls;
    private final ExecutorService threads;
    private final HttpServer server;

    LoopbackStorage(Path root) throws IOException {
        this.root = root;
        store = new ObjectStore(Files.createDirectory(root.resolve("objects")), clock, faults);
        storageCalls = new StorageCalls(store, knobs);
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "loopback-http");
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
    }

    /** Starts a server without buckets, in a temporary folder that {@link #close} deletes. */
    public static LoopbackStorage start() {
        try {
            LoopbackStorage started = new LoopbackStorage(Files.createTempDirectory("loopback-storage"));
            started.serve();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final void serve() {
        server.start();
    }

    @Override
    public void close() {
        stop();
        deleteAll();
    }

    final void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    final void deleteAll() {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the address to give to a client as its host. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Returns options of a Cloud Storage client of this server; retries are as Google's client does them by itself. */
    public StorageOptions.Builder storageOptions() {
        return StorageOptions.newBuilder()
                .setProjectId(PROJECT)
                .setHost(url())
                .setCredentials(NoCredentials.getInstance());
    }

    /** Returns what goes wrong here. */
    public Faults faults() {
        return faults;
    }

    /** Adds an empty bucket in {@link #LOCATION}. */
    public LoopbackStorage bucket(String name) {
        return bucket(name, LOCATION);
    }

    /** Adds an empty bucket somewhere. */
    public LoopbackStorage bucket(String name, String location) {
        store.addBucket(name, location);
        return this;
    }

    /** Sets how many items a list returns at once, however many are asked for; 1000 by default. */
    public LoopbackStorage pageSize(int most) {
        knobs.pageSize(most);
        return this;
    }

    /** Moves the server's clock: what it has grows older by that much. */
    public LoopbackStorage passTime(Duration time) {
        clock.advance(time);
        return this;
    }

    /** Returns all calls that arrived, in their order. */
    public List<RecordedCall> calls() {
        return List.copyOf(calls);
    }

    /** Returns the calls of that kind, in their order. */
    public List<RecordedCall> calls(ApiCall kind) {
        return calls.stream().filter(call -> call.is(kind)).toList();
    }

    /** Returns the URIs of the objects that exist, by bucket and name. */
    public List<String> objects() {
        return store.uris();
    }

    /** Returns the file that holds an object's bytes, for a test to look at or to spoil. */
    public Path file(String bucket, String object) {
        return store.get(bucket, object, Optional.empty()).file();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            Request request = Request.of(exchange);
            calls.add(RecordedCall.of(request));
            CallFault fault = faults.of(request).orElse(null);
            if (fault != null) {
                pause(fault.delay());
                if (fault.losesCall()) {
                    return;
                }
            }
            Answer answer = answer(request, fault);
            if (fault != null && fault.losesReply()) {
                return;
            }
            answer.cutAfter(fault == null ? Long.MAX_VALUE : fault.cutAfter()).send(exchange);
        } catch (IOException e) {
            // The client has gone, or was sent less than promised: closing the connection is all there is to do.
            return;
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(Request request, @Nullable CallFault fault) throws IOException {
        try {
            Refusal ordered = fault == null ? null : fault.refusal();
            if (ordered != null) {
                request.drain();
                return ordered.answer();
            }
            ApiCall call = request.call()
                    .orElseThrow(() -> Refusal.notFound("No such call: " + request.verb() + " " + request.path()));
            if (faults.denies(call)) {
                request.drain();
                return denied(call, request).answer();
            }
            return call.ofStorage() ? storageCalls.answer(call, request, url()) : answerOther(call, request);
        } catch (Refusal e) {
            return e.answer();
        } catch (RuntimeException e) {
            return new Refusal(500, "internalError", "Bug of the loopback server: " + e).answer();
        }
    }

    /** Answers a call that is not of Cloud Storage. */
    Answer answerOther(ApiCall call, Request request) throws IOException {
        throw Refusal.notFound("No such call: " + request.verb() + " " + request.path());
    }

    private static Refusal denied(ApiCall call, Request request) {
        String permission = call.permission();
        if (call.ofStorage()) {
            return new Refusal(
                    403,
                    "forbidden",
                    "tests@loopback.invalid does not have " + permission + " access to the Google Cloud Storage "
                            + (call == ApiCall.BUCKETS_GET ? "bucket" : "object") + ". Permission '" + permission
                            + "' denied on resource (or it may not exist).");
        }
        String project = request.segment(1);
        return new Refusal(
                403,
                "accessDenied",
                "Access Denied: Project " + project + ": User does not have " + permission + " permission in project "
                        + project + ".");
    }
}
