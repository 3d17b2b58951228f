/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.limits.HeapRoom;
import dev.marquetry.local.internal.limits.SystemProbe;
import dev.marquetry.local.internal.worker.Ending;
import dev.marquetry.local.internal.worker.EventLines;
import dev.marquetry.local.internal.worker.OrderLines;
import dev.marquetry.spi.wire.WorkEvent;
import dev.marquetry.spi.wire.WorkOrder;
import dev.marquetry.spi.wire.WorkerRun;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that merges: takes a {@link WorkOrder}, runs {@link LocalArrowStrategy}, and writes {@link WorkEvent}s, one line
 * of JSON each, on standard output or into a file. All else that would be written to standard output goes to standard error.
 *
 * <pre>
 * java -cp … dev.marquetry.local.MergeWorker ORDER [--events FILE] [--timeout SECONDS]
 * java -cp … dev.marquetry.local.MergeWorker --serve
 * </pre>
 *
 * <p>{@code ORDER} is a file with the order, {@code -} for standard input, or the order itself. With {@code --serve}, orders
 * come line by line on standard input; after every event of progress the merge waits for a line {@code go on}, and the end of
 * standard input cancels what runs and ends the process.
 *
 * <p>Where an order states no limits, they are those of the machine, or the container if that is less: the memory that heap
 * and container have room for, a thread per processor, and the time until {@code --timeout}, or the environment's {@code
 * MARQUETRY_TIMEOUT_SECONDS}, less a tenth, 15 seconds at most, to tell about it.
 *
 * <p>SIGTERM cancels: scratch is deleted and the failure told within ten seconds. The exit code is 0 for done, 1 for failed, 2
 * for bad input, 3 for a breach; after a signal the JVM's own, such as 143.
 */
public final class MergeWorker {
    /** What a process takes beside its heap, as the README says: {@value} bytes (192 MiB). */
    static final long JVM_ALLOWANCE_BYTES = 192L << 20;

    private static final Duration MOST_MARGIN = Duration.ofSeconds(15);

    private final Optional<Duration> timeout;

    private MergeWorker(Optional<Duration> timeout) {
        this.timeout = timeout;
    }

    /** Runs the worker and exits with its code. */
    public static void main(String[] args) {
        OutputStream standard = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err); // a line of anybody else's would be none of ours
        int exitCode;
        try (Ending ending = Ending.ofThisThread()) {
            exitCode = args.length == 1 && args[0].equals("--serve") ? serve(standard) : once(standard, args);
        }
        System.exit(exitCode);
    }

    private static int serve(OutputStream standard) {
        OrderLines orders = OrderLines.of(System.in);
        EventLines events = new EventLines(standard);
        WorkerRun run = new WorkerRun(new MergeWorker(Optional.empty())::strategy, event -> {
            events.accept(event);
            if (event instanceof WorkEvent.Progressed) {
                orders.awaitGoOn();
            }
        });
        events.accept(new WorkEvent.Ready(ProcessHandle.current().pid()));
        try {
            while (true) {
                run.run(orders.next());
            }
        } catch (InterruptedException e) {
            return WorkerRun.DONE; // nobody wants more
        }
    }

    private static int once(OutputStream standard, String... args) {
        String order = null;
        String events = null;
        String timeout = System.getenv("MARQUETRY_TIMEOUT_SECONDS");
        for (int i = 0; i < args.length; i++) {
            boolean hasNext = i + 1 < args.length;
            if (args[i].equals("--events") && hasNext) {
                events = args[++i];
            } else if (args[i].equals("--timeout") && hasNext) {
                timeout = args[++i];
            } else if (order == null && !args[i].startsWith("--")) {
                order = args[i];
            } else {
                return usage("what is " + args[i] + "?");
            }
        }
        if (order == null) {
            return usage("no order");
        }
        try (OutputStream out = events == null ? standard : Files.newOutputStream(Path.of(events))) {
            return new WorkerRun(new MergeWorker(seconds(timeout))::strategy, new EventLines(out)).run(text(order));
        } catch (IOException e) {
            System.err.println("marquetry: Cannot read the order or write events: " + e);
            return WorkerRun.FAILED;
        } catch (NumberFormatException e) {
            return usage("a timeout in seconds is a number: " + timeout);
        }
    }

    private static int usage(String what) {
        System.err.println("marquetry: " + what + "; usage: MergeWorker ORDER [--events FILE] [--timeout SECONDS]");
        return WorkerRun.BAD_INPUT;
    }

    private static String text(String order) throws IOException {
        if (order.startsWith("{")) {
            return order;
        }
        return order.equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(order));
    }

    private static Optional<Duration> seconds(@Nullable String text) {
        return text == null ? Optional.empty() : Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }

    private MergeStrategy strategy(WorkOrder order) {
        return LocalArrowStrategy.within(limits(order.limits(), timeout))
                .reportingEvery(order.reportEveryFiles())
                .named(order.strategy().orElse(LocalArrowStrategy.NAME));
    }

    /** Returns {@code stated} limits; where there are none, what this machine has room for, and the time until {@code timeout}. */
    static ResourceLimits limits(Optional<ResourceLimits> stated, Optional<Duration> timeout) {
        ResourceLimits.Builder limits = ResourceLimits.builder();
        limits.maxMemory(stated.map(ResourceLimits::maxMemory).orElseGet(MergeWorker::memoryOfThisMachine));
        stated.flatMap(ResourceLimits::minFreeSystemMemory).ifPresent(limits::minFreeSystemMemory);
        stated.flatMap(ResourceLimits::minFreeDisk).ifPresent(limits::minFreeDisk);
        stated.flatMap(ResourceLimits::maxElapsed)
                .or(() -> timeout.map(MergeWorker::lessMargin))
                .ifPresent(limits::maxElapsed);
        stated.map(ResourceLimits::maxStall).ifPresent(limits::maxStall);
        stated.map(ResourceLimits::threads).ifPresent(threads -> threads.ifPresent(limits::threads));
        return limits.build();
    }

    private static MemorySize memoryOfThisMachine() {
        long memory = HeapRoom.current().bufferBytes();
        long ceiling = SystemProbe.ofThisSystem().sample().ceilingBytes();
        if (ceiling != SystemProbe.UNKNOWN) {
            memory = Math.min(memory, ceiling - JVM_ALLOWANCE_BYTES);
        }
        return MemorySize.bytes(Math.max(1, memory));
    }

    private static Duration lessMargin(Duration timeout) {
        Duration tenth = timeout.dividedBy(10);
        return timeout.minus(tenth.compareTo(MOST_MARGIN) < 0 ? tenth : MOST_MARGIN);
    }
}
