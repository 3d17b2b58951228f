/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where figures of the process and the system come from. Cheap enough to ask four times a second. Implementations are
 * thread-safe.
 */
public interface SystemProbe {
    /** Stands for a figure that this system does not tell. */
    long UNKNOWN = -1;

    /**
     * Figures of one moment, in bytes; {@link #UNKNOWN} where the system does not tell.
     *
     * @param rssAnonBytes resident memory of the process; without pages of files where {@code rssSource} says so
     * @param rssFileBytes resident pages of files
     * @param peakRssBytes the most resident memory the process ever had, pages of files included
     * @param rssSource where the process's figures come from
     * @param availableBytes memory that can still be taken before the system or the container runs out
     * @param availableSource where {@code availableBytes} comes from
     * @param ceilingBytes all memory there is: the machine's, or the container's if that is less
     * @param ceilingSource where {@code ceilingBytes} comes from
     */
    record Sample(
            long rssAnonBytes,
            long rssFileBytes,
            long peakRssBytes,
            String rssSource,
            long availableBytes,
            String availableSource,
            long ceilingBytes,
            String ceilingSource) {
        /** Returns a sample in which every figure is unknown, for the reason {@code why}. */
        static Sample unknown(String why) {
            return new Sample(UNKNOWN, UNKNOWN, UNKNOWN, why, UNKNOWN, why, UNKNOWN, why);
        }
    }

    /** Returns the probe for the system this runs on: files below {@code /proc} where there are any, else OSHI. */
    static SystemProbe ofThisSystem() {
        Path proc = Path.of("/proc");
        return Files.isReadable(proc.resolve("meminfo"))
                ? new LinuxProbe(proc, Path.of("/sys/fs/cgroup"))
                : JdkProbe.orOshi();
    }

    /**
     * Returns the figures of this moment.
     *
     * @throws RuntimeException if the system refuses them all
     */
    Sample sample();

    /**
     * Returns the bytes that this process may still write in {@code folder}.
     *
     * @throws IOException if the folder does not exist or its file system does not answer
     */
    default long freeDiskBytes(Path folder) throws IOException {
        File file = folder.toFile();
        long free = file.getUsableSpace();
        // File answers zero both for a full disk and for a failure, but reads no mount table; ask again in case of
        // doubt
        return free > 0 ? free : Files.getFileStore(folder).getUsableSpace();
    }
}
