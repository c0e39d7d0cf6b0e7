"""What went back after a release; and a full refund is written on the payments that it returned, as partial ones are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_what_was_left'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='earning',
            name='taken',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='earning',
            name='went_back',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='order',
            name='ending',
            field=models.CharField(blank=True, choices=[('mutual', 'Mutual'), ('no_response', 'No Response'), ('no_update', 'No Update'), ('no_requirements', 'No Requirements'), ('support', 'Support'), ('chargeback', 'Chargeback')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='earning',
            constraint=models.CheckConstraint(condition=models.Q(('went_back__lte', models.F('gross'))), name='earning_went_back_within_gross'),
        ),
        migrations.AddConstraint(
            model_name='earning',
            constraint=models.CheckConstraint(condition=models.Q(('taken__lte', models.F('provider_share'))), name='earning_taken_within_share'),
        ),
        migrations.RunSQL(
            "UPDATE orders_charge c SET returned = c.amount FROM orders_stage s"
            " WHERE s.id = c.stage_id AND s.state = 'cancelled'",
            migrations.RunSQL.noop,
        ),
    ]
