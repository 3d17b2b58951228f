/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import oshi.SystemInfo;
import oshi.hardware.GlobalMemory;
import oshi.software.os.OSProcess;

/**
 * Figures from OSHI, for systems without {@code /proc}. OSHI does not know containers, so the JDK's total is a ceiling
 * too. Nothing else may name a class of OSHI: loading it takes 130 to 390 ms.
 */
final class OshiProbe implements SystemProbe {
    private final GlobalMemory memory;
    private final OSProcess process;
    private final long ceilingBytes;
    private final String ceilingSource;

    OshiProbe() {
        SystemInfo system = new SystemInfo();
        memory = system.getHardware().getMemory();
        process = system.getOperatingSystem().getCurrentProcess();
        long jdkTotal = JdkProbe.totalMemoryBytes();
        boolean container = jdkTotal > 0 && jdkTotal < memory.getTotal();
        ceilingBytes = container ? jdkTotal : memory.getTotal();
        ceilingSource = container ? "container limit known to the JDK" : "OSHI";
    }

    @Override
    public synchronized Sample sample() {
        boolean alive = process.updateAttributes();
        long resident = alive ? process.getResidentMemory() : UNKNOWN;
        long available = memory.getAvailable();
        long left = Math.max(0, ceilingBytes - Math.max(0, resident));
        return new Sample(
                resident,
                UNKNOWN,
                UNKNOWN,
                "OSHI, pages of files included",
                Math.min(available, left),
                left < available ? ceilingSource + ", less this process" : "OSHI",
                ceilingBytes,
                ceilingSource);
    }
}
