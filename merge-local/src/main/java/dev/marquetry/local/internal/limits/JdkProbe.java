/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures that the JDK itself can tell: the last resort where neither {@code /proc} nor OSHI's native library is at hand.
 * Page cache counts as used, so it errs on the careful side; the process's own memory is not told.
 */
final class JdkProbe implements SystemProbe {
    private static final Logger LOG = LoggerFactory.getLogger(JdkProbe.class);

    private final @Nullable OperatingSystemMXBean system = bean();

    /** Returns OSHI's figures, or the JDK's where OSHI can not be loaded, which is said in the log and in every source. */
    static SystemProbe orOshi() {
        try {
            SystemProbe probe = new OshiProbe();
            probe.sample();
            return probe;
        } catch (LinkageError | RuntimeException e) {
            // a native library that can not be unpacked or is missing for this platform must not cost the merge
            LOG.info("OSHI can not be used here, system memory comes from the JDK: {}", e.toString());
            return new JdkProbe();
        }
    }

    /** Returns all memory of the machine, or of the container if the JDK knows its limit, or {@link #UNKNOWN}. */
    static long totalMemoryBytes() {
        OperatingSystemMXBean bean = bean();
        return bean == null ? UNKNOWN : bean.getTotalMemorySize();
    }

    private static @Nullable OperatingSystemMXBean bean() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean ? bean : null;
    }

    @Override
    public Sample sample() {
        OperatingSystemMXBean bean = system;
        long free = bean == null ? UNKNOWN : bean.getFreeMemorySize();
        long total = bean == null ? UNKNOWN : bean.getTotalMemorySize();
        String source = "JDK, as OSHI can not be loaded";
        return new Sample(UNKNOWN, UNKNOWN, UNKNOWN, source, free, source, total, source);
    }
}
