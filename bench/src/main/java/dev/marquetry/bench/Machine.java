/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** Tells what benchmarks ran on. */
final class Machine {
    private Machine() {}

    /** Returns the date, and what is under {@code folder}. */
    static String text(Path folder) throws IOException {
        long memory = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
        return String.format(
                Locale.ROOT,
                "%s: %d cores, %d GB of memory, %s, JDK %s, %s",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                Math.round(memory / 1e9),
                Files.getFileStore(folder).type(),
                System.getProperty("java.version"),
                System.getProperty("os.name"));
    }
}
