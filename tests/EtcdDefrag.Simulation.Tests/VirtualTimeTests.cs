using EtcdDefrag.Testing.Model.Time;

namespace EtcdDefrag.Simulation.Tests;

public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void Delays_end_in_the_order_of_their_length_and_take_no_real_time()
    {
        List<string> order = [];

        _time.Run(() => Task.WhenAll(WaitAsync(30, "c"), WaitAsync(10, "a"), WaitAsync(20, "b")));

        Assert.Equal(["a 10", "b 20", "c 30"], order);

        async Task WaitAsync(int days, string name)
        {
            await Task.Delay(TimeSpan.FromHours(days), _time, TestContext.Current.CancellationToken);
            order.Add($"{name} {TimeSpan.FromTicks(_time.Now).TotalHours}");
        }
    }

    [Fact]
    public void A_source_with_a_time_out_cancels_in_virtual_time()
    {
        _time.Run(async () =>
        {
            using var source = new CancellationTokenSource(TimeSpan.FromMinutes(3), _time);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromHours(1), _time, source.Token));
        });

        Assert.Equal(TimeSpan.FromMinutes(3).Ticks, _time.Now);
    }

    [Fact]
    public void A_periodic_timer_ticks()
    {
        var ticks = 0;

        _time.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), _time);
            while (ticks < 4 && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            {
                ticks++;
            }
        });

        Assert.Equal(TimeSpan.FromSeconds(20).Ticks, _time.Now);
    }

    [Fact]
    public void Waiting_for_nothing_is_a_deadlock_that_is_told()
    {
        var error = Assert.Throws<SimulationStuckException>(() => _time.Run(() => new TaskCompletionSource().Task));

        Assert.Contains("Deadlock", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Going_round_and_round_is_told()
    {
        _time.MaxSteps = 1000;

        Assert.Throws<SimulationStuckException>(() => _time.Run(async () =>
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromTicks(1), _time);
            }
        }));
    }

    [Fact]
    public void Not_ending_in_time_is_told()
    {
        _time.MaxTime = TimeSpan.FromHours(1);

        Assert.Throws<SimulationStuckException>(() => _time.Run(() => Task.Delay(TimeSpan.FromHours(2), _time)));
    }

    [Fact]
    public void The_wall_clock_may_jump_while_time_stamps_do_not()
    {
        var before = _time.GetUtcNow();

        _time.JumpWallClock(TimeSpan.FromHours(-2));

        Assert.Equal(before.AddHours(-2), _time.GetUtcNow());
        Assert.Equal(0, _time.GetTimestamp());
    }

    [Fact]
    public void An_error_of_the_program_comes_out()
    {
        Assert.Throws<InvalidDataException>(() => _time.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _time);
            throw new InvalidDataException("x");
        }));
    }
}
