/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.run.v2.Container;
import com.google.cloud.run.v2.Execution;
import com.google.cloud.run.v2.ExecutionTemplate;
import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.ExecutionsSettings;
import com.google.cloud.run.v2.Job;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.JobsSettings;
import com.google.cloud.run.v2.ListExecutionsResponse;
import com.google.cloud.run.v2.ListTasksResponse;
import com.google.cloud.run.v2.ResourceRequirements;
import com.google.cloud.run.v2.RunJobRequest;
import com.google.cloud.run.v2.TaskTemplate;
import com.google.cloud.run.v2.TasksClient;
import com.google.cloud.run.v2.TasksSettings;
import com.google.longrunning.Operation;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Cloud Run's jobs on this machine, for Google's own client: an execution starts containers at a {@link ContainerHost}, with
 * the environment that Cloud Run gives them, ends them when their time is up, and cancels with SIGTERM and, ten seconds
 * later, SIGKILL. Thread-safe.
 */
public final class LoopbackRun implements AutoCloseable {
    /** The full name of the job there is unless said otherwise. */
    public static final String JOB = "projects/loopback-project/locations/us-central1/jobs/merge";

    private static final JsonFormat.TypeRegistry TYPES =
            JsonFormat.TypeRegistry.newBuilder().add(Execution.getDescriptor()).build();

    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final List<LoopbackExecution> executions = new CopyOnWriteArrayList<>();
    private final List<RunFault> faults = new CopyOnWriteArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final ContainerHost host;
    private final HttpServer server;
    private final ExecutorService threads;
    private volatile int pageSize = Integer.MAX_VALUE;
    private volatile @Nullable Integer killedWith;

    private LoopbackRun(ContainerHost host) throws IOException {
        this.host = host;
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "loopback-run");
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Starts a server with {@link #JOB}, of 2 vCPU and 1 GiB, whose containers run at {@code host}. */
    public static LoopbackRun start(ContainerHost host) {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            return new LoopbackRun(host).job(JOB, "2", "1Gi", Duration.ofMinutes(10), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        executions.forEach(LoopbackExecution::kill);
        server.stop(0);
        threads.shutdownNow();
    }

    /** Adds or replaces a job. */
    public LoopbackRun job(String name, String cpu, String memory, Duration timeout, int maxRetries) {
        jobs.put(
                name,
                Job.newBuilder()
                        .setName(name)
                        .setTemplate(ExecutionTemplate.newBuilder()
                                .setTaskCount(1)
                                .setTemplate(TaskTemplate.newBuilder()
                                        .setMaxRetries(maxRetries)
                                        .setServiceAccount("merger@loopback-project.iam.gserviceaccount.com")
                                        .setTimeout(com.google.protobuf.Duration.newBuilder()
                                                .setSeconds(timeout.toSeconds()))
                                        .addContainers(Container.newBuilder()
                                                .setImage("registry.invalid/marquetry/worker")
                                                .setResources(ResourceRequirements.newBuilder()
                                                        .putLimits("cpu", cpu)
                                                        .putLimits("memory", memory)))))
                        .build());
        return this;
    }

    /** Sets how many executions a list returns at once. */
    public LoopbackRun pageSize(int most) {
        pageSize = most;
        return this;
    }

    /** Has containers that are started from now on end at once with {@code exitCode}, without having run. */
    public LoopbackRun killContainersWith(int exitCode) {
        killedWith = exitCode;
        return this;
    }

    /** Has containers run again. */
    public LoopbackRun letContainersRun() {
        killedWith = null;
        return this;
    }

    /** Returns a fault of calls whose verb and path, such as {@code POST .*:run}, match a regular expression as a whole. */
    public RunFault fault(String call) {
        RunFault fault = new RunFault(call);
        faults.add(fault);
        return fault;
    }

    /** Takes back all faults. */
    public void clearFaults() {
        faults.clear();
    }

    /** Returns the calls that arrived, by verb and path. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns how many executions were started. */
    public int executions() {
        return executions.size();
    }

    /** Returns how many executions have not ended. */
    public int running() {
        return (int)
                executions.stream().filter(execution -> !execution.hasEnded()).count();
    }

    /** Returns how many executions were cancelled. */
    public int cancelled() {
        return (int) executions.stream().filter(LoopbackExecution::isCancelled).count();
    }

    /** Cancels every execution that runs, as somebody else may. */
    public void cancelRunning() {
        executions.forEach(LoopbackExecution::cancel);
    }

    /** Kills every container that runs, as a container is that takes too much memory. */
    public void killRunning() {
        executions.forEach(LoopbackExecution::kill);
    }

    /** Returns a client of this server; the caller closes it. */
    public JobsClient jobsClient() throws IOException {
        return JobsClient.create(JobsSettings.newHttpJsonBuilder()
                .setEndpoint(url())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build());
    }

    /** Returns a client of this server; the caller closes it. */
    public ExecutionsClient executionsClient() throws IOException {
        return ExecutionsClient.create(ExecutionsSettings.newHttpJsonBuilder()
                .setEndpoint(url())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build());
    }

    /** Returns a client of this server; the caller closes it. */
    public TasksClient tasksClient() throws IOException {
        return TasksClient.create(TasksSettings.newHttpJsonBuilder()
                .setEndpoint(url())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .build());
    }

    /** Returns the address to give to a client as its endpoint. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath().substring("/v2/".length());
            String call = exchange.getRequestMethod() + " " + path;
            calls.add(call);
            RunFault fault = faults.stream()
                    .filter(each -> each.strikes(call))
                    .findFirst()
                    .orElse(null);
            if (fault != null) {
                Thread.sleep(fault.delay().toMillis());
                if (fault.status() != 0) {
                    send(exchange, fault.status(), error(fault.status(), fault.message()));
                    return;
                }
            }
            Optional<Message> answer =
                    answer(path, body, exchange.getRequestURI().getQuery());
            if (fault != null && fault.losesReply()) {
                return;
            }
            if (answer.isEmpty()) {
                send(exchange, 404, error(404, "Resource '" + path + "' was not found."));
            } else {
                send(
                        exchange,
                        200,
                        JsonFormat.printer().usingTypeRegistry(TYPES).print(answer.get()));
            }
        } catch (IOException e) {
            return; // the client has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String error(int status, String message) {
        String word = switch (status) {
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            default -> "INTERNAL";
        };
        return "{\"error\":{\"code\":" + status + ",\"message\":\"" + message + "\",\"status\":\"" + word + "\"}}";
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private Optional<Message> answer(String path, String body, @Nullable String query) throws IOException {
        if (path.endsWith(":run")) {
            return run(path.substring(0, path.length() - ":run".length()), body);
        }
        if (path.endsWith(":cancel")) {
            Optional<LoopbackExecution> execution = execution(path.substring(0, path.length() - ":cancel".length()));
            execution.ifPresent(LoopbackExecution::cancel);
            return execution.map(LoopbackRun::operation);
        }
        if (path.endsWith("/executions")) {
            return Optional.of(list(path.substring(0, path.length() - "/executions".length()), query));
        }
        if (path.endsWith("/tasks")) {
            return execution(path.substring(0, path.length() - "/tasks".length()))
                    .map(execution -> ListTasksResponse.newBuilder()
                            .addAllTasks(execution.tasks())
                            .build());
        }
        if (path.contains("/executions/")) {
            return execution(path).map(LoopbackExecution::describe);
        }
        return Optional.ofNullable(jobs.get(path));
    }

    private Optional<Message> run(String name, String body) throws IOException {
        Job job = jobs.get(name);
        if (job == null) {
            return Optional.empty();
        }
        RunJobRequest.Builder request = RunJobRequest.newBuilder();
        JsonFormat.parser().ignoringUnknownFields().merge(body, request);
        String id = name.substring(name.lastIndexOf('/') + 1) + "-x" + next.incrementAndGet();
        LoopbackExecution execution =
                new LoopbackExecution(name + "/executions/" + id, job, request.getOverrides(), host, killedWith);
        executions.add(0, execution); // newest first, as Cloud Run lists them
        execution.start();
        return Optional.of(operation(execution));
    }

    private static Operation operation(LoopbackExecution execution) {
        return Operation.newBuilder()
                .setName("projects/loopback-project/locations/us-central1/operations/op")
                .setMetadata(Any.pack(execution.describe()))
                .build();
    }

    private ListExecutionsResponse list(String job, @Nullable String query) {
        List<LoopbackExecution> all = executions.stream()
                .filter(execution -> execution.job().equals(job))
                .toList();
        int from = 0;
        for (String part : query == null ? new String[0] : query.split("&")) {
            if (part.startsWith("pageToken=") && part.length() > "pageToken=".length()) {
                from = Integer.parseInt(part.substring("pageToken=".length()));
            }
        }
        int to = (int) Math.min(all.size(), (long) from + pageSize);
        ListExecutionsResponse.Builder answer = ListExecutionsResponse.newBuilder();
        all.subList(Math.min(from, to), to).forEach(execution -> answer.addExecutions(execution.describe()));
        return answer.setNextPageToken(to < all.size() ? "" + to : "").build();
    }

    private Optional<LoopbackExecution> execution(String name) {
        return executions.stream()
                .filter(execution -> execution.name().equals(name))
                .findFirst();
    }
}
