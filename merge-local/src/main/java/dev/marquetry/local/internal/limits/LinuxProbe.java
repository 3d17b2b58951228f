/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Figures from {@code /proc} and the cgroup file system, without loading a native library. A sample takes some tens of
 * microseconds.
 */
final class LinuxProbe implements SystemProbe {
    private static final byte[] RSS_ANON = FigureFile.label("RssAnon:");
    private static final byte[] RSS_FILE = FigureFile.label("RssFile:");
    private static final byte[] PEAK_RSS = FigureFile.label("VmHWM:");
    private static final byte[] TOTAL = FigureFile.label("MemTotal:");
    private static final byte[] AVAILABLE = FigureFile.label("MemAvailable:");
    private static final byte[] FREE = FigureFile.label("MemFree:");
    private static final byte[] CACHED = FigureFile.label("Cached:");

    private final File status;
    private final File meminfo;
    private final ContainerMemory container;
    private final long jdkTotalBytes;
    private final FigureFile figures = new FigureFile();

    LinuxProbe(Path proc, Path cgroupRoot) {
        this(proc, cgroupRoot, JdkProbe::totalMemoryBytes);
    }

    /** Asks {@code jdkTotal} only where the container's groups can not be read: loading the JDK's bean takes 80 ms. */
    LinuxProbe(Path proc, Path cgroupRoot, LongSupplier jdkTotal) {
        status = proc.resolve("self/status").toFile();
        meminfo = proc.resolve("meminfo").toFile();
        container = ContainerMemory.find(proc.resolve("self/cgroup"), cgroupRoot);
        jdkTotalBytes = container.isKnown() ? UNKNOWN : jdkTotal.getAsLong();
    }

    @Override
    public synchronized Sample sample() {
        boolean known = figures.load(status);
        long rssAnon = known ? kibibytes(RSS_ANON) : UNKNOWN;
        long rssFile = known ? kibibytes(RSS_FILE) : UNKNOWN;
        long peakRss = known ? kibibytes(PEAK_RSS) : UNKNOWN;
        if (!figures.load(meminfo)) {
            throw new UncheckedIOException(new NoSuchFileException(meminfo.getPath()));
        }
        long ceiling = kibibytes(TOTAL);
        String ceilingSource = "MemTotal";
        long available = kibibytes(AVAILABLE);
        String availableSource = "MemAvailable";
        if (available == UNKNOWN) {
            available = Math.max(0, kibibytes(FREE)) + Math.max(0, kibibytes(CACHED));
            availableSource = "MemFree and Cached";
        }
        container.read(figures);
        if (container.limitBytes() < ceiling || ceiling == UNKNOWN) {
            ceiling = container.limitBytes();
            ceilingSource = container.limitSource();
        }
        if (container.availableBytes() < available) {
            available = container.availableBytes();
            availableSource = container.availableSource();
        }
        if (jdkTotalBytes > 0 && jdkTotalBytes < ceiling) {
            ceiling = jdkTotalBytes;
            ceilingSource = "container limit known to the JDK";
            if (ceiling - Math.max(0, rssAnon) < available) {
                available = Math.max(0, ceiling - Math.max(0, rssAnon));
                availableSource = "container limit known to the JDK, less this process";
            }
        }
        return new Sample(rssAnon, rssFile, peakRss, "RssAnon", available, availableSource, ceiling, ceilingSource);
    }

    private long kibibytes(byte[] label) {
        long amount = figures.after(label);
        return amount == UNKNOWN ? UNKNOWN : amount << 10;
    }
}
