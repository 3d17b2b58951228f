/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static dev.marquetry.local.internal.limits.MadeUpTree.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapRoomTest {
    @ParameterizedTest
    @ValueSource(longs = {64, 256, 512, 4096})
    void buffersThatFit_needNoMoreThanTheHeap(long mebibytes) {
        HeapRoom heap = new HeapRoom(mebibytes * MIB, mebibytes * MIB, 0);
        assertThat(HeapRoom.heapFor(heap.bufferBytes())).isLessThanOrEqualTo(heap.maxBytes());
        assertThat(HeapRoom.heapFor(heap.bufferBytes() + 8)).isGreaterThan(heap.maxBytes());
    }

    @Test
    void heapSmallerThanTheAllowance_holdsNoBuffers() {
        assertThat(new HeapRoom(20 * MIB, 20 * MIB, 0).bufferBytes()).isZero();
    }

    @Test
    void freshHeap_takesAllBuffersFromTheSystem() {
        HeapRoom heap = new HeapRoom(4096 * MIB, 256 * MIB, 250 * MIB);
        assertThat(heap.fromSystem(300 * MIB, 60 * MIB)).isEqualTo(300 * MIB);
        assertThat(heap.fromSystem(300 * MIB, SystemProbe.UNKNOWN)).isEqualTo(300 * MIB);
    }

    @Test
    void freeHeapThatIsResident_isNotTakenTwice() {
        HeapRoom heap = new HeapRoom(4096 * MIB, 500 * MIB, 400 * MIB);
        assertThat(heap.fromSystem(300 * MIB, 600 * MIB)).isZero();
        assertThat(heap.fromSystem(450 * MIB, 600 * MIB)).isEqualTo(50 * MIB);
    }

    @Test
    void heapFullOfGarbage_takesNoMoreThanItMayStillGrow() {
        HeapRoom heap = new HeapRoom(700 * MIB, 650 * MIB, 10 * MIB);
        assertThat(heap.fromSystem(400 * MIB, 750 * MIB)).isEqualTo(50 * MIB);
    }

    @Test
    void currentHeap_isOfThisProcess() {
        HeapRoom heap = HeapRoom.current();
        assertThat(heap.maxBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
        assertThat(heap.usedBytes()).isPositive().isLessThan(heap.committedBytes());
    }
}
