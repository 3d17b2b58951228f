/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static dev.marquetry.local.internal.limits.MadeUpTree.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.marquetry.local.internal.limits.SystemProbe.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxProbeTest {
    private static final long V1_NONE = 9_223_372_036_854_771_712L;
    private static final long HOST_TOTAL = 64 * 1024 * MIB;
    private static final long HOST_AVAILABLE = 48 * 1024 * MIB;

    @TempDir
    Path folder;

    private MadeUpTree tree;

    @BeforeEach
    void plant() {
        tree = new MadeUpTree(folder);
    }

    @Test
    void processFigures_comeFromStatus() {
        Sample sample = sample();
        assertThat(sample.rssAnonBytes()).isEqualTo(500 << 10);
        assertThat(sample.rssFileBytes()).isEqualTo(70 << 10);
        assertThat(sample.peakRssBytes()).isEqualTo(900 << 10);
        assertThat(sample.rssSource()).isEqualTo("RssAnon");
    }

    @Test
    void noLimit_leavesTheMachinesFigures() {
        tree.member("4:memory:/app\n0::/app\n")
                .v1("/app", V1_NONE, 5 * MIB, 0, V1_NONE)
                .v1("", V1_NONE, 9 * MIB, 0, V1_NONE);
        assertFigures(HOST_TOTAL, "MemTotal", HOST_AVAILABLE, "MemAvailable");
    }

    @Test
    void v1Limit_countsDroppablePageCacheAsFree() {
        tree.member("9:cpu,cpuacct:/app\n4:memory:/app\n").v1("/app", 1024 * MIB, 1000 * MIB, 900 * MIB, 1024 * MIB);
        assertFigures(1024 * MIB, "cgroup v1 /app", 924 * MIB, "cgroup v1 /app");
    }

    @Test
    void v1LimitOnTheParent_binds() {
        tree.member("4:memory:/pod/app\n")
                .v1("/pod/app", V1_NONE, 10 * MIB, 0, 1024 * MIB)
                .v1("/pod", 1024 * MIB, 600 * MIB, 100 * MIB, 1024 * MIB);
        assertFigures(1024 * MIB, "cgroup v1 /pod", 524 * MIB, "cgroup v1 /pod");
    }

    @Test
    void v1LimitOfAnInvisibleParent_bindsWithWhatIsSeen() {
        tree.member("4:memory:/docker/abc\n").v1("", V1_NONE, 600 * MIB, 100 * MIB, 1024 * MIB);
        assertFigures(1024 * MIB, "cgroup v1 /", 524 * MIB, "cgroup v1 /");
    }

    @Test
    void v2LimitOnTheParent_binds() {
        tree.member("0::/pod/app\n").v2("/pod/app", "max", 10 * MIB, 0).v2("/pod", "1073741824", 600 * MIB, 100 * MIB);
        assertFigures(1024 * MIB, "cgroup v2 /pod", 524 * MIB, "cgroup v2 /pod");
    }

    @Test
    void leastLimitAndLeastLeft_mayBeOfTwoGroups() {
        tree.member("0::/pod/app\n").v2("/pod/app", "536870912", 100 * MIB, 0).v2("/pod", "1073741824", 1000 * MIB, 0);
        assertFigures(512 * MIB, "cgroup v2 /pod/app", 24 * MIB, "cgroup v2 /pod");
    }

    @Test
    void groupWithoutMemoryController_isPassedOver() throws IOException {
        tree.member("0::/slice/shell\n").v2("/slice", "1073741824", 24 * MIB, 0);
        Files.createDirectories(tree.cgroups.resolve("slice/shell"));
        assertFigures(1024 * MIB, "cgroup v2 /slice", 1000 * MIB, "cgroup v2 /slice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0::/docker/abc/app\n", "0::/app\n"})
    void pathFromOutsideTheContainer_isFoundBelowItsMount(String member) {
        tree.member(member).v2("/app", "1073741824", 24 * MIB, 0);
        assertFigures(1024 * MIB, "cgroup v2 /app", 1000 * MIB, "cgroup v2 /app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0::/docker/abc\n", "0::/../../elsewhere\n", "0::/\n"})
    void pathThatCanNotBeSeen_meansTheMountItself(String member) {
        tree.member(member).v2("/", "1073741824", 24 * MIB, 0);
        assertFigures(1024 * MIB, "cgroup v2 /", 1000 * MIB, "cgroup v2 /");
    }

    @Test
    void useBeyondTheLimit_leavesZero() {
        tree.member("0::/\n").v2("/", "1048576", 24 * MIB, 0);
        assertThat(sample().availableBytes()).isZero();
    }

    @Test
    void limitThatChanges_isSeenByTheNextSample() {
        tree.member("0::/\n").v2("/", "max", 24 * MIB, 0);
        LinuxProbe probe = probe(SystemProbe.UNKNOWN);
        assertThat(probe.sample().ceilingBytes()).isEqualTo(HOST_TOTAL);
        tree.v2("/", "1073741824", 24 * MIB, 0);
        assertThat(probe.sample().ceilingBytes()).isEqualTo(1024 * MIB);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "banana", "4:memory", ":::::", "0::\u0000/x\n", "4:memory:\u0000\n", "0::x\n", "::\n4::/\n"})
    void garbage_leavesTheMachinesFigures(String member) {
        tree.member(member).v2("/", "banana", -5, -7).v1("", -3, -4, -5, -6);
        assertFigures(HOST_TOTAL, "MemTotal", HOST_AVAILABLE, "MemAvailable");
    }

    @Test
    void jdksTotal_standsInWhereGroupsCanNotBeRead() {
        Sample sample = probe(1024 * MIB).sample();
        assertThat(sample.ceilingBytes()).isEqualTo(1024 * MIB);
        assertThat(sample.ceilingSource()).isEqualTo("container limit known to the JDK");
        assertThat(sample.availableBytes()).isEqualTo(1024 * MIB - (500 << 10));
        assertThat(sample.availableSource()).contains("JDK", "less this process");
    }

    @Test
    void jdk_isNotAskedWhereGroupsCanBeRead() {
        tree.member("0::/\n").v2("/", "max", 24 * MIB, 0);
        LinuxProbe probe = new LinuxProbe(tree.proc, tree.cgroups, () -> {
            throw new AssertionError("asked");
        });
        assertThat(probe.sample().ceilingBytes()).isEqualTo(HOST_TOTAL);
    }

    @Test
    void kernelWithoutMemAvailable_countsFreeAndCached() {
        tree.write(
                tree.proc.resolve("meminfo"), "MemTotal: 1000 kB\nMemFree: 100 kB\nSwapCached: 7 kB\nCached: 20 kB\n");
        Sample sample = sample();
        assertThat(sample.availableBytes()).isEqualTo(120 << 10);
        assertThat(sample.availableSource()).isEqualTo("MemFree and Cached");
    }

    @Test
    void missingStatus_leavesTheProcessUnknown() throws IOException {
        Files.delete(tree.proc.resolve("self/status"));
        assertThat(sample().rssAnonBytes()).isEqualTo(SystemProbe.UNKNOWN);
        assertThat(sample().availableBytes()).isEqualTo(HOST_AVAILABLE);
    }

    @Test
    void missingMeminfo_failsNamingTheFile() throws IOException {
        Files.delete(tree.proc.resolve("meminfo"));
        LinuxProbe probe = probe(SystemProbe.UNKNOWN);
        assertThatThrownBy(probe::sample)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("meminfo");
    }

    @Test
    void freeDisk_isToldForAFolderAndRefusedForNone() throws IOException {
        LinuxProbe probe = probe(SystemProbe.UNKNOWN);
        assertThat(probe.freeDiskBytes(folder)).isPositive();
        assertThatThrownBy(() -> probe.freeDiskBytes(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void sample_leavesLittleGarbage() {
        SystemProbe probe = SystemProbe.ofThisSystem();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20; i++) {
            probe.sample();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            probe.sample();
        }
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100).isLessThan(8 << 10);
    }

    private Sample sample() {
        return probe(SystemProbe.UNKNOWN).sample();
    }

    private LinuxProbe probe(long jdkTotal) {
        return new LinuxProbe(tree.proc, tree.cgroups, () -> jdkTotal);
    }

    private void assertFigures(long ceiling, String ceilingSource, long available, String availableSource) {
        Sample sample = sample();
        assertThat(sample.ceilingBytes()).isEqualTo(ceiling);
        assertThat(sample.ceilingSource()).isEqualTo(ceilingSource);
        assertThat(sample.availableBytes()).isEqualTo(available);
        assertThat(sample.availableSource()).isEqualTo(availableSource);
    }
}
